/* main.c - the program `buurtbus`. */
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/keys.h"
#include "core/start.h"
#include "nodes/cli/cli.h"

static int64_t now_ms(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* As every program does it: the first of these that says something counts. Another
 * language than our three leaves the one that is there. */
static void terminal_language(enum lang *lang)
{
    static const char *const NAMES[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        const char *tag = getenv(NAMES[i]);
        if (tag != NULL && tag[0] != '\0') {
            (void)lang_find(tag, lang);
            return;
        }
    }
}

int main(int argc, char **argv)
{
    start_streams();
    struct cli cli = {
            .in = stdin,
            .out = stdout,
            .err = stderr,
            .terminal = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0,
            .lang = LANG_NL,
            .home = getenv("BUURTBUS_HOME"),
            .actor = getenv("USER"),
            .now_ms = now_ms(),
    };
    struct err err = {0};

    terminal_language(&cli.lang);
    if (cli.actor == NULL)
        cli.actor = "";
    if (cli.home != NULL && cli.home[0] == '\0')
        cli.home = NULL;
    keys_no_core_dumps();
    signal(SIGPIPE, SIG_IGN);
    if (!hash_start(&err))
        return cli_fail(&cli, &err);
    return cli_main(&cli, argc, (const char *const *)argv);
}
