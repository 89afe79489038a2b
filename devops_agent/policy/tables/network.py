"""Network tools. Looking at this machine is a read; reaching any other one may carry data away, so it asks."""

import re
from urllib.parse import urlsplit

from devops_agent.policy.judgement import Judgement, change, destroy, sensitive
from devops_agent.policy.rows import (
    NONE,
    WORDS,
    Operands,
    Use,
    alarm,
    change_alarms,
    destroy_alarms,
    only,
    program,
    row,
    simple,
    words,
)

HERE = frozenset({"localhost", "127.0.0.1", "::1"})
URL = re.compile(r"(?:https?://)?(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?:[/?#][\w./?=&%+,:;~#*$!'()-]*)?")
IP_OBJECTS = (
    "a|ad|add|addr|address|l|li|lin|link|r|ro|rou|rout|route|n|ne|nei|neigh|neighbor|neighbour|rule|ru|maddr|maddress|netns|"
    "tunnel|tun|tcp_metrics|mroute|ntable|xfrm|vrf|nexthop|macsec|token|addrlabel"
)
IP_FLAGS = "-[46sodpjach] -br|-brief -color|-c[=] -stats|-statistics -details -oneline -json -pretty -family=inet|inet6|link -f=inet|inet6|link -all -resolve -r -N -human -iec -t|-timestamp -ts|-tshort -rc|-rcvbuf=N"
CURL = (
    "-[sSfiIvkgNG460#] -m|--max-time= -H|--header= -w|--write-out= -o|--output=/dev/null|- -A|--user-agent= -X|--request=GET|HEAD "
    "--silent --show-error --fail --include --head --verbose --insecure --compressed --no-progress-meter --connect-timeout= "
    "--retry=N --retry-delay=N --retry-connrefused --retry-max-time=N --fail-with-body --http1.1 --http2 --ipv4 --ipv6 --no-buffer "
    "--globoff --progress-bar --url= --max-redirs=0 -r|--range= --path-as-is --tlsv1.2 --tlsv1.3 --http1.0"
)


URLS = Operands(1, 4, "address")


def _is_here(url: str) -> bool:
    """Whether a URL certainly leads to this machine."""
    if not URL.fullmatch(url):
        return False
    parts = urlsplit(url if "://" in url else f"http://{url}")
    return parts.hostname in HERE and parts.username is None


def _only_here(use: Use) -> Judgement | None:
    """Requests to this machine that send nothing and write nothing."""
    urls = [*use.operands, *use.options.values("--url")]
    if not urls or not all(map(_is_here, urls)):
        return change("sends a request to another machine", "NETWORK")
    given = use.options.values("-w", "-H")
    if any("%output" in value or value.startswith("@") for value in given):
        return change("reads or writes a file by a curl option")
    return None


def _names_here(use: Use) -> Judgement | None:
    return None if use.operands and use.operands[0] in HERE else change("sends packets to another machine", "NETWORK")


def _asks_here(use: Use) -> Judgement | None:
    servers = [text for text in use.operands if text.startswith("@")]
    return (
        None
        if servers and all(text[1:] in HERE for text in servers)
        else change("looks up a name on the network", "NETWORK")
    )


def _openssl(use: Use) -> Judgement | None:
    return None


def _ip(use: Use) -> Judgement | None:
    """After the object only a question may follow."""
    found = use.operands[1:]
    if found and found[0] not in ("show", "list", "ls", "lst", "sh", "s", "get", "help"):
        return change(f"ip {' '.join(use.operands[:2])} changes the network")
    return change("ip with a pattern") if any(word.glob for word in use.options.operands) else None


IPTABLES = row(
    "", "-[nvx46] -L|--list[=] -S|--list-rules[=] -t|--table= --line-numbers --numeric --verbose --exact -w[=] --list-rules", words(0, 2),
    lambda use: None if use.options.has("-L", "--list", "-S", "--list-rules") else change("changes the firewall"),
)  # fmt: skip
FIREWALL_DANGERS = destroy_alarms(
    {
        "-F|--flush": "removes every rule",
        "-X|--delete-chain": "removes chains",
        "-P|--policy": "changes what happens by default",
        "-Z|--zero": "resets counters",
        "-D|--delete": "removes a rule",
        "-A|--append *DROP*": "blocks traffic",
        "-j=DROP|REJECT": "blocks traffic",
        "-I INPUT|OUTPUT|FORWARD": "goes before every other rule",
    }
)
PROGRAMS = (
    program(
        "ip",
        row(IP_OBJECTS, IP_FLAGS, Operands(0, 12, "word"), lambda use: _ip_rest(use)),
        row("monitor", "", NONE, lambda use: change("runs until it is stopped")),
        row("", "-V|-Version"),
        shared=IP_FLAGS,
        alarms=(
            *destroy_alarms(
                {
                    "flush": "removes every address, route or rule",
                    "del|delete": "removes an address, route or device",
                    "link|l set *": "changes a network device",
                    "down": "takes a network device down",
                    "replace": "replaces a route",
                }
            ),
            *change_alarms("runs a command in another network namespace", "netns exec", tag="EXEC"),
        ),
    ),
    simple(
        "ss",
        "-[tulnpaserxwoimH46dSzbZO0hEfQTMVgN] -f|--family= -A|--query|--socket= --tcp --udp --listening --numeric --processes --all --summary --no-header --extended --memory --info --unix --raw --resolve --options --ipv4 --ipv6 --oneline --cgroup --tipc --vsock",
        WORDS,
    ),
    simple(
        "netstat",
        "-[tulnpaersivxw46cgoWCFMNZIbfLmR] --listening --numeric --tcp --udp --programs --program --all --route --statistics --interfaces[=] --extend --wide --groups --timers --unix --numeric-ports --numeric-hosts -I=",
        words(0, 2),
    ),
    simple(
        "lsof",
        "-[nPtaUlRbOVhwX] -i[=] -p= -u= -c= -s[=] -d= -g[=] -F[=] -T[=] -L[=] +D= -K +c= +L1 +d= +f[=]",
        Operands(0, 20, "name"),
    ),
    simple("fuser", "-[vnu4m6aIsl] -n=", Operands(0, 5, "name")),
    program(
        "ifconfig",
        row("", "-a -s -v", words(0, 1)),
        alarms=(alarm("down", "takes a network device down"),),
        otherwise="changes a network device",
    ),
    program("iwconfig iwlist", row("", "", words(0, 1))),
    program("ifdown", judge=lambda use: destroy("ifdown takes a network device down")),
    program(
        "route",
        row("", "-n -e -ee -v -[A]= -4 -6"),
        otherwise="changes the routing table",
        alarms=destroy_alarms({"del|delete|flush": "removes a route"}),
    ),
    program("arp", row("", "-[anev] -i=", words(0, 1)), otherwise="changes the address table"),
    program(
        "bridge",
        row(
            "link|fdb|vlan|mdb|vni",
            "",
            words(0, 1),
            lambda use: None if not use.operands or use.operands[0] in ("show", "list") else change("changes a bridge"),
        ),
        shared="-[cdsjp] -br",
    ),
    program(
        "brctl",
        row("show|showmacs|showstp", "", words(0, 1)),
        alarms=destroy_alarms({"delbr|delif": "removes a bridge"}),
    ),
    program(
        "tc",
        row(
            "qdisc|class|filter",
            "",
            WORDS,
            lambda use: (
                None
                if not use.operands or use.operands[0] in ("show", "ls", "list")
                else change("changes traffic control")
            ),
        ),
        shared="-[sdpjn]",
        alarms=destroy_alarms({"del|delete": "removes traffic control"}),
    ),
    program(
        "ethtool",
        row(
            "",
            "-[iSkagcmTlPdx] --show-features --statistics --driver --show-ring --show-channels --show-coalesce --show-pause --phy-statistics",
            words(1, 1),
        ),
    ),
    program("mii-tool", row("", "-v", words(0, 1))),
    program(
        "nmcli",
        row(""),
        row("dev|device|d|con|connection|c|general|g|radio|r|networking|n", "", NONE),
        row(
            "dev|device|d|con|connection|c|general|g|networking status|show|list|hostname|permissions|wifi",
            "--active --order= --rescan=no",
            words(0, 2),
        ),
        shared="-t|--terse -f|--fields= -m= -p -c= -g=",
        alarms=destroy_alarms({"delete|del": "removes a connection", "down|off|disconnect": "takes a connection down"}),
    ),
    program(
        "iptables ip6tables iptables-legacy iptables-nft",
        IPTABLES,
        alarms=FIREWALL_DANGERS,
        otherwise="changes the firewall",
    ),
    simple("iptables-save ip6tables-save", "-t= -c"),
    program(
        "arptables ebtables", row("", "-L[=] -t= -n -v --Ln --Lc", words(0, 1), needs="-L"), alarms=FIREWALL_DANGERS
    ),
    program(
        "ipset",
        row("list|save", "-n|-name -t|-terse -o=", words(0, 1)),
        row("-L", "", words(0, 1)),
        alarms=destroy_alarms({"destroy|flush|del|swap": "removes entries"}),
    ),
    program(
        "nft",
        row("list *", "", WORDS),
        row("list * *", "", WORDS),
        shared="-[anstjyN] --handle --json --numeric",
        alarms=destroy_alarms({"flush|delete|destroy|reset": "removes rules"}),
    ),
    program(
        "ufw",
        row("status", "", words(0, 1)),
        row("show *"),
        row("app list|info", "", words(0, 1)),
        row("version"),
        alarms=destroy_alarms(
            {
                "disable": "turns the firewall off",
                "reset": "removes every rule",
                "delete": "removes a rule",
                "deny|reject|default": "may lock you out",
            }
        ),
    ),
    program(
        "firewall-cmd",
        row(
            "",
            "--state --list-all --list-ports --list-services --list-all-zones --get-zones --get-active-zones --get-default-zone --get-services --list-rich-rules --zone= --list-interfaces --list-sources --list-forward-ports --get-zone-of-interface= --query-service= --query-port= --info-service= --info-zone= --permanent --list-icmp-blocks",
        ),
        alarms=destroy_alarms(
            {
                "--panic-on|--complete-reload|--delete-zone|--remove-service|--remove-port|--remove-rich-rule|--remove-source|--remove-interface": "closes or opens the firewall"
            }
        ),
    ),
    program(
        "wg",
        row(""),
        row(
            "show",
            "",
            words(0, 2),
            lambda use: (
                sensitive("prints keys")
                if any(text in ("private-key", "preshared-keys", "dump") for text in use.operands)
                else None
            ),
        ),
    ),
    program(
        "tailscale",
        row("status|ip|version|netcheck", "--json -4 -6 --peers[=]", words(0, 1)),
        alarms=destroy_alarms({"down|logout": "leaves the network"}),
    ),
    program(
        "curl",
        row("", CURL, URLS, _only_here),
        only("-V"),
        only("-h[=]"),
        otherwise="sends a request to another machine",
        tags="NETWORK",
        alarms=(
            *destroy_alarms({"-X|--request=DELETE|PURGE|delete": "sends DELETE"}),
            *change_alarms("sends data away", "-d|--data*|-F|--form|-T|--upload-file|--data-binary", tag="NETWORK"),
        ),
    ),
    program(
        "wget",
        row(
            "",
            "-q|--quiet -O|--output-document=-|/dev/null -S|--server-response --spider -T|--timeout=N -t|--tries=N --no-check-certificate -nv --no-verbose --max-redirect=0",
            words(1, 1),
            lambda use: _only_here(use) if use.options.has("-O", "--spider") else change("writes what it downloads"),
        ),
        otherwise="downloads from the network",
        tags="NETWORK",
    ),
    program(
        "http https xh httpie",
        otherwise="sends a request to another machine",
        tags="NETWORK",
        alarms=(alarm("DELETE", "sends DELETE"),),
    ),
    program(
        "ping ping6",
        row("", "-c=N -w=N -W=N -i=N -n -q -4 -6 -D -v -s=N -t=N -A", words(1, 1), _names_here),
        otherwise="sends packets to another machine",
        tags="NETWORK",
    ),
    program(
        "dig",
        row("", "+short +noall +answer -t= -p=N -4 -6 -x=", WORDS, _asks_here),
        otherwise="looks up a name on the network",
        tags="NETWORK",
    ),
    program(
        "nc ncat netcat",
        row(
            "",
            "-[zvnu46] -w=N",
            words(2, 3),
            lambda use: _names_here(use) if use.options.has("-z") else change("opens a connection", "NETWORK"),
        ),
        otherwise="opens a connection",
        tags="NETWORK",
    ),
    program(
        "nslookup host traceroute traceroute6 tracepath mtr whois delv drill kdig dog fping arping nmap masscan telnet ftp lftp sftp socat tcpdump tshark iperf iperf3 hping3 iftop nethogs ab wrk hey k6 vegeta grpcurl websocat aria2c lynx links w3m ngrep speedtest speedtest-cli snmpwalk snmpget ldapsearch mail sendmail mosh rsh",
        otherwise="uses the network",
        tags="NETWORK",
    ),
    program(
        "ssh",
        only("-V"),
        inner=lambda use: _remote_command(use),
        otherwise="runs on another machine",
        tags="NETWORK EXEC",
    ),
    program(
        "ssh-keygen",
        row(
            "",
            "-l -v -f=PATH -E= -F= ",
            NONE,
            lambda use: None if use.options.has("-l", "-F") else change("makes or changes a key"),
        ),
        alarms=destroy_alarms({"-R": "removes a host key"}),
        otherwise="makes or changes a key",
    ),
    program("ssh-add ssh-agent ssh-copy-id", only("-l -L"), otherwise="hands out keys", tags="SENSITIVE"),
    simple("ssh-keyscan", "", WORDS, lambda use: change("reaches another machine", "NETWORK")),
    program("sshd", row("", "-t -T -f=", needs="-t -T"), only("-V"), otherwise="starts a server"),
    program(
        "nginx openresty",
        row("", "-t -T -q -c=", needs="-t -T"),
        only("-v"),
        only("-V"),
        otherwise="controls the web server",
        alarms=destroy_alarms({"-s=stop|quit": "stops the web server"}),
    ),
    program(
        "apachectl apache2ctl httpd apache2",
        row("configtest|status|-t"),
        row("", "-[vVltSM] -D=DUMP_VHOSTS|DUMP_MODULES|DUMP_INCLUDES|DUMP_RUN_CFG", needs="-v -V -l -t -S -M"),
        otherwise="controls the web server",
        alarms=destroy_alarms({"stop|graceful-stop": "stops the web server"}),
    ),
    program("haproxy", row("", "-c -f=PATH -V", needs="-c"), only("-v"), only("-vv"), otherwise="starts a proxy"),
    program(
        "caddy",
        row("version|list-modules"),
        row("validate|adapt", "--config=PATH --adapter=", NONE),
        otherwise="controls the web server",
    ),
    program("traefik envoy", row("version"), only("--version"), otherwise="starts a proxy"),
    program(
        "named-checkconf named-checkzone unbound-checkconf",
        row("", "-z -v", Operands(0, 3, "content")),
        otherwise="is not on the read-only list",
    ),
    program(
        "postfix postconf",
        row("status|check"),
        row(
            "",
            "-n -d -h",
            WORDS,
            lambda use: change("changes the mail server") if any("=" in text for text in use.operands) else None,
        ),
        alarms=destroy_alarms({"stop|abort": "stops the mail server"}),
    ),
    program("mailq", row("", "")),
    program(
        "postqueue postsuper exim", row("", "-p -j"), row("", "-bp"), alarms=destroy_alarms({"-d": "deletes mail"})
    ),
    program(
        "openssl",
        row("version", "-a -v -d"),
        row(
            "x509|req|crl|asn1parse",
            "-in=CERT -noout -text -subject -issuer -dates -enddate -startdate -fingerprint -serial -modulus -pubkey -ext= -checkend=N -inform= -nameopt= -hash -sha256 -sha1 -email -purpose -alias -subject_hash -issuer_hash -verify -lastupdate -nextupdate -i -strparse=N".replace(
                "=CERT", "="
            ),
            NONE,
        ),
        row("verify", "-CAfile= -untrusted= -verbose -partial_chain -purpose=", words(0, 5)),
        row("dgst", "-md5 -sha1 -sha256 -sha384 -sha512 -r -hex", Operands(1, 5, "content")),
        row("rand", "-hex -base64", words(1, 1)),
        row("list", "-commands -digest-commands -cipher-algorithms -providers -1"),
        row("ciphers", "-v -V -s", words(0, 1)),
        row(
            "s_client",
            "-connect= -servername= -showcerts -brief -verify_return_error",
            NONE,
            lambda use: (
                None
                if all(value.rpartition(":")[0].strip("[]") in HERE for value in use.options.values("-connect"))
                and use.options.has("-connect")
                else change("connects to another machine", "NETWORK")
            ),
        ),
        otherwise="may read keys or write files",
        tags="SENSITIVE",
    ),
    program(
        "certbot",
        row("certificates"),
        alarms=destroy_alarms({"delete|revoke|unregister": "removes a certificate"}),
        tags="NETWORK",
    ),
    program(
        "keytool",
        row(
            "",
            "-list -printcert -v -keystore= -alias= -file= -rfc",
            NONE,
            lambda use: change("asks for a password") if use.options.has("-keystore") else None,
        ),
        alarms=destroy_alarms({"-delete": "removes a key"}),
    ),
    program(
        "gpg gpg2",
        row(
            "",
            "--list-keys -k --fingerprint --list-sigs --keyid-format=",
            WORDS,
            needs="--list-keys -k --fingerprint --list-sigs",
        ),
        row("version"),
        alarms=destroy_alarms(
            {
                "--delete-key|--delete-secret-key|--delete-keys|--delete-secret-keys|--delete-secret-and-public-key": "removes a key"
            }
        ),
        otherwise="uses or changes keys",
        tags="SENSITIVE",
    ),
)


def _ip_rest(use: Use) -> Judgement | None:
    """After the object only a question may follow."""
    first = use.operands[0] if use.operands else "show"
    return None if first in ("show", "list", "ls", "lst", "sh", "s", "get") else change("ip changes the network")


def _remote_command(use: Use) -> Judgement | None:
    """What ssh runs on the other machine."""
    index = 0
    while index < len(use.texts) and use.texts[index].startswith("-"):
        index += 2 if use.texts[index][1:] in "bcDEeFIiJLlmOopQRSWw" and len(use.texts[index]) == 2 else 1
    rest = use.texts[index + 1 :]
    inner = use.judge_text(" ".join(rest)) if rest else None
    return (
        Judgement(inner.risk, tuple(f"on the other machine: {reason}" for reason in inner.reasons))
        if inner and inner.risk != "READ"
        else None
    )
