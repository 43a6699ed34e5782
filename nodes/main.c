/* main.c - the program buurtbus-node: settings, log, the node, and how it ends. */
#include "core/hash.h"
#include "core/home.h"
#include "core/keys.h"
#include "core/start.h"
#include "nodes/node.h"

static const char USAGE[] =
        "usage: buurtbus-node --home DIR\n"
        "\n"
        "Runs the node of one partner. DIR was made with `buurtbus node init`.\n"
        "\n"
        "  --home DIR   where the node's keys, settings and store are\n"
        "  --version    print the version\n"
        "  --help       print this\n"
        "\n"
        "Ends with 0 when it was asked to stop, 2 when it was called wrongly, 3 when it\n"
        "could not go on; the reason is the last line on standard error.\n";

static const struct start START = {"buurtbus-node", NODE_PROGRAM, USAGE, NULL};

static int run(const char *home)
{
    struct err err = {.code = CODE_OK};
    struct node_conf conf;
    struct log *log = NULL;
    struct node *node = NULL;
    keys_no_core_dumps();
    bool ok = hash_start(&err) && home_node_conf(home, &conf, &err) &&
              (log = start_log(&START, conf.log_level, &err)) != NULL &&
              (node = node_new(&conf, log, &err)) != NULL &&
              loop_run(node_loop(node), &err);
    node_free(node);
    log_free(log);
    return ok ? 0 : start_fail(&START, &err);
}

int main(int argc, char **argv)
{
    const char *home;
    int status;
    return start_options(&START, argc, argv, &home, &status) ? run(home) : status;
}
