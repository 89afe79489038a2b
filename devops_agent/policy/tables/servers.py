"""Servers and certificates: checking a configuration is a read, starting or stopping is not."""

from devops_agent.policy.judgement import Judgement, change, sensitive
from devops_agent.policy.rows import (
    NONE,
    WORDS,
    Operands,
    Use,
    destroy_alarms,
    only,
    program,
    row,
    words,
)

HERE = frozenset({"localhost", "127.0.0.1", "::1"})


def _system_configuration(use: Use) -> Judgement | None:
    """A configuration names modules and scripts that even a check loads: only the system's own is believed."""
    flag = {"haproxy": "-f", "caddy": "--config"}.get(use.name, "-c")
    files = [*use.options.values(flag), *use.operands] or ["./Caddyfile"] * (use.name == "caddy")
    own = [file for file in files if not file.startswith("/etc/") or ".." in file]
    return change(f"a check of {own[0]} runs what it names", "EXEC") if own else None


def _public_files(use: Use) -> Judgement | None:
    """openssl fetches what it is given an address of; asn1parse prints keys as well as certificates."""
    named = [*use.operands, *use.options.values("-in", "-CAfile", "-untrusted")]
    if any(":" in name for name in named):
        return change("fetches what it reads", "NETWORK")
    secret = next((name for name in named if use.texts[0] == "asn1parse" and use.ground.secret_text(name)), "")
    return sensitive(f"prints {secret}, which may be a key") if secret else None


PROGRAMS = (
    program("sshd", row("", "-t -T -f=", needs="-t -T"), only("-V"), otherwise="starts a server"),
    program(
        "nginx openresty",
        row("", "-t -T -q -c=", NONE, _system_configuration, needs="-t -T"),
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
    program(
        "haproxy",
        row("", "-c -f=PATH -V", NONE, _system_configuration, needs="-c"),
        only("-v"),
        only("-vv"),
        otherwise="starts a proxy",
    ),
    program(
        "caddy",
        row("version|list-modules"),
        row("validate", "--config=PATH --adapter=", NONE, _system_configuration),
        row("adapt", "--config=PATH --adapter=", NONE),
        otherwise="controls the web server",
    ),
    program("traefik envoy", row("version"), only("--version"), otherwise="starts a proxy"),
    program(
        "named-checkconf unbound-checkconf",
        row("", "-z -v", Operands(0, 1, "content"), _system_configuration),
        otherwise="is not on the read-only list",
    ),
    program(
        "named-checkzone",
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
            "-in= -noout -text -subject -issuer -dates -enddate -startdate -fingerprint -serial -modulus "
            "-pubkey -ext= -checkend=N -inform= -nameopt= -hash -sha256 -sha1 -email -purpose -alias "
            "-subject_hash -issuer_hash -verify -lastupdate -nextupdate -i -strparse=N",
            NONE,
            _public_files,
        ),
        row("verify", "-CAfile= -untrusted= -verbose -partial_chain -purpose=", words(0, 5), _public_files),
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
        alarms=destroy_alarms(
            {
                "--delete-key|--delete-secret-key|--delete-keys|--delete-secret-keys|"
                "--delete-secret-and-public-key": "removes a key"
            }
        ),
        otherwise="uses or changes keys",
        tags="SENSITIVE",
    ),
)
