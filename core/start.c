/* start.c - the command line of programs that serve, and how they fail. */
#include "core/start.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/home_conf.h"

enum { COULD_NOT_RUN = 3 };

void start_streams(void)
{
    int fd;

    /* Descriptors are given lowest first. */
    do
        fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

/* In one breath: what was wrong, when that can be named, and how it is meant. */
static bool wrong_use(const struct start *start, const char *what, int *status)
{
    if (what != NULL)
        fprintf(stderr, "%s: what is \"%s\"?\n", start->program, what);
    fputs(start->usage, stderr);
    *status = code_exit(ERR_USAGE);
    return false;
}

bool start_options(const struct start *start, int argc, char **argv, const char **home,
        int *status)
{
    static const struct option OPTIONS[] = {
            {"home",    required_argument, NULL, 'H'},
            {"version", no_argument,       NULL, 'V'},
            {"help",    no_argument,       NULL, 'h'},
            {NULL,      0,                 NULL, 0  },
    };
    const char *found = start->home;
    int option;

    start_streams();
    *status = EXIT_SUCCESS;
    while ((option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
        switch (option) {
        case 'H': found = optarg; break;
        case 'V': puts(start->version); return false;
        case 'h': fputs(start->usage, stdout); return false;
        default: return wrong_use(start, NULL, status);
        }
    }
    if (optind < argc || found == NULL)
        return wrong_use(start, argv[optind], status);
    *home = found;
    return true;
}

struct log *start_log(const struct start *start, const char *level, struct err *err)
{
    enum log_level most;
    struct log *log = NULL;

    if (!home_log_level(level, &most))
        err_set(err, ERR_CONFIG, "log_level is error, warn, info or debug, not \"%s\"",
                level);
    else if ((log = log_new(most, start->program)) == NULL)
        err_set(err, ERR_NOMEM, "no memory for the log");
    return log;
}

int start_fail(const struct start *start, const struct err *err)
{
    int status = code_exit(err->code);

    fprintf(stderr, "%s: %s\n%s: %s\n", start->program, err->msg, code_name(err->code),
            code_sentence(err->code, LANG_EN));
    return status > EXIT_FAILURE ? status : COULD_NOT_RUN;
}
