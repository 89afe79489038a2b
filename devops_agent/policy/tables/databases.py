"""Database clients: a statement that destroys is typed, every other one asks, a few server questions are reads."""

from devops_agent.policy.judgement import Judgement, destroy
from devops_agent.policy.rows import NONE, Use, destroy_alarms, only, program, row, words
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
        "cqlsh clickhouse-client clickhouse sqlcmd sqlplus influx usql trino presto hive beeline snowsql neo4j "
        "cypher-shell isql osql cockroach tsql bcp",
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
                "flushall|flushdb|FLUSHALL|FLUSHDB|FlushAll|del|DEL|unlink|UNLINK|shutdown|SHUTDOWN|debug|DEBUG|"
                "swapdb|restore|RESTORE|migrate|MIGRATE|ltrim|LTRIM|expire|EXPIRE|hdel|HDEL|zremrangebyrank|"
                "replicaof|REPLICAOF|slaveof|SLAVEOF": "removes data or stops the server",
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
)
