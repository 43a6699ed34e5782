/* main.c - the program buurtbus-http: settings, log, serving, and how it ends. */
#include "adapters/http/http.h"
#include "core/hash.h"
#include "core/keys.h"
#include "core/start.h"
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

static const struct start START = {"buurtbus-http", HTTP_PROGRAM, USAGE, NULL};

static int run(const char *home)
{
    struct err err = {.code = CODE_OK};
    struct http_conf conf;
    struct log *log = NULL;
    struct http *http = NULL;
    keys_no_core_dumps();
    bool ok = hash_start(&err) && http_conf_load(home, &conf, &err) &&
              (log = start_log(&START, conf.log_level, &err)) != NULL &&
              (http = http_new(&conf, log, &err)) != NULL && http_run(http, &err);
    http_free(http);
    log_free(log);
    return ok ? 0 : start_fail(&START, &err);
}

int main(int argc, char **argv)
{
    const char *home;
    int status;
    return start_options(&START, argc, argv, &home, &status) ? run(home) : status;
}
