/* main.c - the program buurtbus-http: settings, log, serving, and how it ends. */
#include <getopt.h>
#include <stdio.h>

#include "adapters/http/http.h"
#include "core/hash.h"
#include "core/keys.h"
#include "core/version.h"

static const char USAGE[] =
        "usage: buurtbus-http --home DIR\n"
        "\n"
        "Serves the HTTP API of the node of one partner to programs on this computer.\n"
        "DIR is the home of the node, or a directory of its own with http.conf in it.\n"
        "\n"
        "  --home DIR   where http.conf is; it is written when it is not there\n"
        "  --version    print the version\n"
        "  --help       print this\n"
        "\n"
        "Ends with 0 when it was asked to stop, 2 when it was called wrongly, 3 when it\n"
        "could not go on; the reason is the last line on standard error.\n";

/* What to do, in one sentence, and why. */
static int fail(const struct err *err)
{
    fprintf(stderr, "buurtbus-http: %s\n%s\n", err->msg,
            code_sentence(err->code, LANG_EN));
    int status = code_exit(err->code);
    return status > 1 ? status : 3;
}

static int run(const char *home)
{
    struct err err = {.code = CODE_OK};
    struct http_conf conf;
    enum log_level level = LOG_LEVEL_INFO;
    if (!hash_start(&err) || !http_conf_load(home, &conf, &err))
        return fail(&err);
    if (!home_log_level(conf.log_level, &level))
        level = LOG_LEVEL_INFO;
    struct log *log = log_new(level, "buurtbus-http");
    struct http *http = http_new(&conf, log, &err);
    bool ok = http != NULL && http_run(http, &err);
    http_free(http);
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
            fputs(option == 'h' ? USAGE : HTTP_PROGRAM "\n", stdout);
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
