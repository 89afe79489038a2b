"""Database clients: a statement that destroys is typed, every other one asks, a few server questions are reads."""

from devops_agent.policy.judgement import Judgement, destroy
from devops_agent.policy.rows import NONE, WORDS, Use, destroy_alarms, only, program, row, words
from devops_agent.policy.vocabulary import destructive_statement

REDIS_HERE = "-p=N -n=N -h=localhost|127.0.0.1 --raw --no-raw --no-auth-warning -3 --csv --json"
REDIS_QUESTIONS = (
    "info|ping|dbsize|lastsave|time|role, client list|info|id|getname, slowlog get|len, latency latest|doctor|history, "
    "memory usage|stats|doctor, cluster info|nodes|slots|shards|myid, module list, command count|info|list, "
    "pubsub channels|numsub|numpat"
)


def _statement(use: Use) -> Judgement | None:
    text = " ".join(use.texts)
    return destroy(f"{use.name} is given a statement that destroys data") if destructive_statement(text) else None


CLIENT_DANGERS = destroy_alarms({"drop|dropdatabase|flushall|flushdb": "removes a database"})
PROGRAMS = (
    program(
        "psql pgcli",
        only("-V"),
        only("-l|--list -w"),
        inner=_statement,
        otherwise="runs a statement on a database",
        tags="SENSITIVE",
    ),
    program(
        "mysql mariadb mycli",
        only("-V"),
        inner=_statement,
        otherwise="runs a statement on a database",
        tags="SENSITIVE",
    ),
    program("sqlite3 litecli duckdb", only("-version"), inner=_statement, otherwise="runs a statement on a database"),
    program("mongo mongosh", inner=_statement, otherwise="runs a statement on a database", tags="SENSITIVE"),
    program(
        "cqlsh clickhouse-client clickhouse sqlcmd sqlplus influx usql trino presto hive beeline snowsql neo4j cypher-shell isql osql cockroach tsql bcp",
        inner=_statement,
        otherwise="runs a statement on a database",
        tags="SENSITIVE",
        alarms=destroy_alarms({"delete|drop|decommission|drain|quit": "removes data or a node"}),
    ),
    program(
        "redis-cli valkey-cli keydb-cli",
        row(REDIS_QUESTIONS, REDIS_HERE, words(0, 2)),
        row(REDIS_QUESTIONS.upper(), REDIS_HERE, words(0, 2)),
        shared=REDIS_HERE,
        inner=_statement,
        otherwise="runs a command on the server",
        tags="SENSITIVE",
        alarms=destroy_alarms(
            {
                "flushall|flushdb|FLUSHALL|FLUSHDB|FlushAll|del|DEL|unlink|UNLINK|shutdown|SHUTDOWN|debug|DEBUG|swapdb|restore|RESTORE|migrate|MIGRATE|ltrim|LTRIM|expire|EXPIRE|hdel|HDEL|zremrangebyrank|replicaof|REPLICAOF|slaveof|SLAVEOF": "removes data or stops the server",
                "config|CONFIG set|SET|rewrite|resetstat|REWRITE": "changes the server",
                "cluster|CLUSTER reset|RESET|forget|FORGET|failover|FAILOVER|delslots": "changes the cluster",
                "script|SCRIPT flush|FLUSH|kill": "removes scripts",
                "acl|ACL deluser|DELUSER": "removes an account",
                "eval|EVAL": "runs a script on the server",
                "client|CLIENT kill|KILL": "ends connections",
                "--cluster": "changes the cluster",
                "--pipe": "loads commands",
            }
        ),
    ),
    program(
        "mysqladmin mariadb-admin",
        row("status|ping|version|extended-status|variables", "", NONE, None),
        alarms=destroy_alarms(
            {"drop|shutdown|kill|flush-*|password|stop-slave": "removes a database or stops the server"}
        ),
        otherwise="changes the server",
        tags="SENSITIVE",
    ),
    program(
        "mysqldump mariadb-dump pg_dump pg_dumpall mongodump mongoexport", otherwise="dumps data", tags="SENSITIVE"
    ),
    program(
        "pg_restore mongorestore mongoimport pg_basebackup pgbench myloader",
        otherwise="loads data",
        alarms=destroy_alarms({"-c|--clean|--drop": "removes what is there first"}),
    ),
    program(
        "pg_isready", row("", "-h|--host=localhost|127.0.0.1 -p|--port=N -d|--dbname= -U|--username= -q|--quiet -t=N")
    ),
    program("pg_lsclusters", row("", "-h --no-header")),
    program(
        "pg_ctl pg_ctlcluster",
        row("status", "-D=", NONE),
        alarms=destroy_alarms({"stop|kill|promote": "stops the server"}),
        otherwise="controls the server",
    ),
    program(
        "pg_resetwal pg_dropcluster pg_rewind initdb",
        judge=lambda use: destroy(f"{use.name} replaces or removes a database"),
    ),
    program("createdb createuser", otherwise="makes a database or an account"),
    program(
        "vacuumdb reindexdb", otherwise="works on a database", alarms=destroy_alarms({"-f|--full": "locks every table"})
    ),
    program(
        "rabbitmqctl rabbitmqadmin rabbitmq-diagnostics rabbitmq-plugins rabbitmq-queues",
        row(
            "status|list_queues|list_exchanges|list_bindings|list_connections|list_channels|list_consumers|list_users|list_vhosts|list_permissions|list_policies|cluster_status|node_health_check|ping|check_running|check_local_alarms|version|list|show|list_topic_permissions|list_user_permissions|list_feature_flags|memory_breakdown|alarms",
            "-p|--vhost= -q|--quiet -s|--silent --formatter= -n= --online --offline --local --no-table-headers",
            WORDS,
        ),
        shared="-n= -q -p= -f= -s",
        alarms=destroy_alarms(
            {
                "delete_*|purge_queue|stop_app|stop|reset|force_reset|forget_cluster_node|close_*|clear_*|shutdown|delete|purge|disable|eval": "removes queues, messages or a node",
                "change_password": "changes a password",
            }
        ),
    ),
    program(
        "kafka-topics kafka-topics.sh kafka-consumer-groups kafka-consumer-groups.sh kafka-configs kafka-configs.sh kafka-acls kafka-acls.sh kafka-broker-api-versions kafka-broker-api-versions.sh kafka-log-dirs kafka-log-dirs.sh",
        row(
            "",
            "--list --describe --bootstrap-server=localhost:9092|127.0.0.1:9092 --topic= --group= --all-groups --all-topics --members --state --verbose --offsets --entity-type= --entity-name= --under-replicated-partitions --unavailable-partitions --exclude-internal --zookeeper=localhost:2181",
            NONE,
            lambda use: None if use.options.has("--list", "--describe") else _asks("changes topics"),
        ),
        otherwise="changes topics or reaches another machine",
        tags="NETWORK",
        alarms=destroy_alarms(
            {
                "--delete|--reset-offsets|--delete-offsets|--remove": "removes topics, groups or offsets",
                "--alter": "changes how a topic is kept",
            }
        ),
    ),
    program(
        "kafkacat kcat kafka-console-consumer kafka-console-consumer.sh kafka-console-producer kafka-console-producer.sh kafka-delete-records kafka-delete-records.sh nats zkcli zkcli.sh",
        otherwise="reads or writes messages",
        tags="NETWORK",
        alarms=destroy_alarms(
            {"rm|del|delete|deleteall|rmr|purge": "removes messages", "--offset-json-file": "deletes records"}
        ),
    ),
    program(
        "nodetool",
        row(
            "status|info|ring|netstats|tpstats|compactionstats|describecluster|gossipinfo|version|tablestats|cfstats|proxyhistograms|gcstats|getendpoints|listsnapshots",
            "-r",
            WORDS,
        ),
        alarms=destroy_alarms(
            {
                "decommission|removenode|assassinate|drain|clearsnapshot|cleanup|stopdaemon|truncatehints|flush|resetlocalschema|disable*": "takes a node or its data out"
            }
        ),
    ),
    program(
        "curator elasticdump elasticsearch-reset-password opensearch-cli",
        otherwise="works on an index",
        alarms=destroy_alarms({"delete*|close|forcemerge": "removes indices"}),
    ),
    program("memcstat memcached-tool", row("", "", words(1, 2), lambda use: _asks("reaches a server"))),
    program(
        "ceph",
        row(
            "status|health|df|version|versions|fsid, health detail, osd tree|df|stat|status|lspools, osd pool ls, mon|pg|mds stat, mgr services, orch ls|ps, orch host ls",
            "-f= --format=",
            NONE,
        ),
        only("-s"),
        alarms=destroy_alarms(
            {
                "osd out|down|rm|purge|destroy|crush|lost": "takes storage out",
                "pool delete|rm": "removes a pool",
                "auth del|rm": "removes access",
                "fs rm|fail": "removes a file system",
                "mon|mds|mgr rm|remove|fail": "removes a member",
                "orch rm|host": "removes a service",
                "set": "changes the cluster",
            }
        ),
    ),
    program(
        "rbd rados radosgw-admin gluster",
        row(
            "ls|list|info|status|du|df|showmapped, volume info|status|list, peer status, pool list",
            "-p= --pool= -l --format=",
            WORDS,
        ),
        alarms=destroy_alarms(
            {
                "rm|remove|purge|trash, snap rollback, volume delete|stop, peer detach, resize --allow-shrink": "removes data"
            }
        ),
    ),
)


def _asks(reason: str) -> Judgement:
    from devops_agent.policy.judgement import change

    return change(reason)
