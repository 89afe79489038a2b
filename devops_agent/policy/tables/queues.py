"""Message queues and distributed storage."""

from devops_agent.policy.judgement import Judgement
from devops_agent.policy.rows import NONE, WORDS, destroy_alarms, only, program, row, words


def _asks(reason: str) -> Judgement:
    from devops_agent.policy.judgement import change

    return change(reason)


PROGRAMS = (
    program(
        "rabbitmqctl rabbitmqadmin rabbitmq-diagnostics rabbitmq-plugins rabbitmq-queues",
        row(
            "status|list_queues|list_exchanges|list_bindings|list_connections|list_channels|list_consumers|"
            "list_users|list_vhosts|list_permissions|list_policies|cluster_status|node_health_check|ping|"
            "check_running|check_local_alarms|version|list|show|list_topic_permissions|list_user_permissions|"
            "list_feature_flags|memory_breakdown|alarms",
            "-p|--vhost= -q|--quiet -s|--silent --formatter= -n= --online --offline --local --no-table-headers",
            WORDS,
        ),
        shared="-n= -q -p= -f= -s",
        alarms=destroy_alarms(
            {
                "delete_*|purge_queue|stop_app|stop|reset|force_reset|forget_cluster_node|close_*|clear_*|"
                "shutdown|delete|purge|disable|eval": "removes queues, messages or a node",
                "change_password": "changes a password",
            }
        ),
    ),
    program(
        "kafka-topics kafka-topics.sh kafka-consumer-groups kafka-consumer-groups.sh kafka-configs "
        "kafka-configs.sh kafka-acls kafka-acls.sh kafka-broker-api-versions kafka-broker-api-versions.sh "
        "kafka-log-dirs kafka-log-dirs.sh",
        row(
            "",
            "--list --describe --bootstrap-server=localhost:9092|127.0.0.1:9092 --topic= --group= --all-groups "
            "--all-topics --members --state --verbose --offsets --entity-type= --entity-name= "
            "--under-replicated-partitions --unavailable-partitions --exclude-internal --zookeeper=localhost:2181",
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
        "kafkacat kcat kafka-console-consumer kafka-console-consumer.sh kafka-console-producer "
        "kafka-console-producer.sh kafka-delete-records kafka-delete-records.sh nats zkcli zkcli.sh",
        otherwise="reads or writes messages",
        tags="NETWORK",
        alarms=destroy_alarms(
            {"rm|del|delete|deleteall|rmr|purge": "removes messages", "--offset-json-file": "deletes records"}
        ),
    ),
    program(
        "nodetool",
        row(
            "status|info|ring|netstats|tpstats|compactionstats|describecluster|gossipinfo|version|tablestats|"
            "cfstats|proxyhistograms|gcstats|getendpoints|listsnapshots",
            "-r",
            WORDS,
        ),
        alarms=destroy_alarms(
            {
                "decommission|removenode|assassinate|drain|clearsnapshot|cleanup|stopdaemon|truncatehints|flush|"
                "resetlocalschema|disable*": "takes a node or its data out"
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
            "status|health|df|version|versions|fsid, health detail, osd tree|df|stat|status|lspools, osd pool ls, "
            "mon|pg|mds stat, mgr services, orch ls|ps, orch host ls",
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
            {"rm|remove|purge|trash, snap rollback, volume delete|stop, peer detach": "removes data"}
        ),
    ),
)
