/* main.c - the program buurtbus-node: settings, log, the node, and how it ends. */
#include <getopt.h>
#include <stdio.h>

#include "core/hash.h"
#include "core/home.h"
#include "core/keys.h"
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

/* What to do, in one sentence, and why. */
static int fail(const struct err *err)
{
    fprintf(stderr, "buurtbus-node: %s\n%s\n", err->msg,
            code_sentence(err->code, LANG_EN));
    int status = code_exit(err->code);
    return status > 1 ? status : 3;
}

static int run(const char *home)
{
    struct err err = {.code = CODE_OK};
    struct node_conf conf;
    enum log_level level;
    if (!hash_start(&err) || !home_node_conf(home, &conf, &err))
        return fail(&err);
    if (!home_log_level(conf.log_level, &level))
        level = LOG_LEVEL_INFO;
    struct log *log = log_new(level, "buurtbus-node");
    struct node *node = node_new(&conf, log, &err);
    bool ok = node != NULL && loop_run(node_loop(node), &err);
    node_free(node);
    log_free(log);
    return ok ? 0 : fail(&err);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
            {"home",    required_argument, NULL, 'd'},
            {"version", no_argument,       NULL, 'v'},
            {"help",    no_argument,       NULL, 'h'},
            {NULL,      0,                 NULL, 0  },
    };
    const char *home = NULL;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'h' || option == 'v') {
            fputs(option == 'h' ? USAGE : NODE_PROGRAM "\n", stdout);
            return 0;
        }
        if (option != 'd') {
            fputs(USAGE, stderr);
            return 2;
        }
        home = optarg;
    }
    if (home == NULL || optind != argc) {
        fputs(USAGE, stderr);
        return 2;
    }
    keys_no_core_dumps();
    return run(home);
}
