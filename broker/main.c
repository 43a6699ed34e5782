/* main.c - the program buurtbus-broker: settings, log, the broker, and how it ends. */
#include "broker/broker.h"
#include "core/hash.h"
#include "core/home.h"
#include "core/start.h"

static const char USAGE[] =
        "Usage: buurtbus-broker [--home DIR]\n"
        "Runs the broker whose home is DIR (" HOME_OF_BROKER ").\n"
        "\n"
        "  --home DIR   where its keys, settings and database are\n"
        "  --version    name and version of this program\n"
        "  --help       this text\n"
        "\n"
        "Make a home with: buurtbus broker init\n"
        "Exit status: 0 stopped when asked, 2 wrong use, 3 could not run (the message says "
        "why).\n";

static const struct start START = {"buurtbus-broker", BROKER_PROGRAM, USAGE,
        HOME_OF_BROKER};

static int run(const char *home)
{
    struct err err = {.code = CODE_OK};
    struct broker_conf conf;
    struct log *log = NULL;
    struct broker *broker = NULL;
    keys_no_core_dumps();
    bool ok = hash_start(&err) && home_broker_conf(home, &conf, &err) &&
              (log = start_log(&START, conf.log_level, &err)) != NULL &&
              (broker = broker_new(&conf, log, &err)) != NULL &&
              loop_run(broker_loop(broker), &err);
    broker_free(broker);
    log_free(log);
    return ok ? 0 : start_fail(&START, &err);
}

int main(int argc, char **argv)
{
    const char *home;
    int status;
    return start_options(&START, argc, argv, &home, &status) ? run(home) : status;
}
