/* main.c - the program buurtbus-broker: options, settings, and the loop until it is
 * told to stop. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "broker/broker.h"
#include "core/hash.h"
#include "core/home.h"

#define DEFAULT_HOME "/var/lib/buurtbus-broker"

static const char USAGE[] =
        "Usage: buurtbus-broker [--home DIR]\n"
        "Runs the broker whose home is DIR (" DEFAULT_HOME ").\n"
        "\n"
        "  --home DIR   where its keys, settings and database are\n"
        "  --version    name and version of this program\n"
        "  --help       this text\n"
        "\n"
        "Make a home with: buurtbus broker init\n"
        "Exit status: 0 stopped when asked, 2 wrong use, 3 could not run (the message says "
        "why).\n";

static int fail(const struct err *err)
{
    fprintf(stderr, "buurtbus-broker: %s\n%s: %s\n", err->msg, code_name(err->code),
            code_sentence(err->code, LANG_EN));
    return code_exit(err->code);
}

static int run(const char *home)
{
    struct broker_conf conf;
    struct err err = {0};
    enum log_level level;

    if (!hash_start(&err) || !home_broker_conf(home, &conf, &err))
        return fail(&err);
    if (!home_log_level(conf.log_level, &level)) {
        err_set(&err, ERR_CONFIG, "log_level is error, warn, info or debug, not \"%s\"",
                conf.log_level);
        return fail(&err);
    }
    keys_no_core_dumps();
    struct log *log = log_new(level, "buurtbus-broker");
    struct broker *broker = broker_new(&conf, log, &err);
    bool ok = broker != NULL && loop_run(broker_loop(broker), &err);
    broker_free(broker);
    log_free(log);
    return ok ? EXIT_SUCCESS : fail(&err);
}

int main(int argc, char **argv)
{
    static const struct option OPTIONS[] = {
            {"home",    required_argument, NULL, 'H'},
            {"version", no_argument,       NULL, 'V'},
            {"help",    no_argument,       NULL, 'h'},
            {NULL,      0,                 NULL, 0  },
    };
    const char *home = DEFAULT_HOME;
    int option;

    while ((option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
        switch (option) {
        case 'H': home = optarg; break;
        case 'V': puts(BROKER_PROGRAM); return EXIT_SUCCESS;
        case 'h': fputs(USAGE, stdout); return EXIT_SUCCESS;
        default: fputs(USAGE, stderr); return code_exit(ERR_USAGE);
        }
    }
    if (optind < argc) {
        fprintf(stderr, "buurtbus-broker: what is \"%s\"?\n%s", argv[optind], USAGE);
        return code_exit(ERR_USAGE);
    }
    return run(home);
}
