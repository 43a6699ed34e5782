/* fleet.c - processes of a network: started, killed, waited for; and their files. */
#include "tests/fleet.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "adapters/gate.h"
#include "core/hash.h"
#include "core/time.h"
#include "tests/temp.h"

enum {
    ARENA_BYTES = 16 * 1024 * 1024,
    BREATH_NS = 2000000,
    NO_PROGRAM = 127, /* exit status of a child that could not become the program */
    LOG_TAIL_LINES = 12,
};

/* ------------------------------------------------------------- time */

static int64_t clock_ms(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t fleet_now_ms(void)
{
    return clock_ms(CLOCK_REALTIME);
}

int64_t fleet_clock_ms(void)
{
    return clock_ms(CLOCK_MONOTONIC);
}

void fleet_breathe(void)
{
    nanosleep(&(struct timespec){.tv_nsec = BREATH_NS}, NULL);
}

/* ------------------------------------------------------------- files */

void fleet_path(const struct fleet *fleet, const char *id, const char *name,
        char path[FLEET_PATH_BYTES])
{
    if (snprintf(path, FLEET_PATH_BYTES, "%s/%s/%s", fleet->network.folder, id, name) >=
            FLEET_PATH_BYTES)
        abort();
}

void fleet_set(const struct fleet *fleet, const char *id, const char *key,
        const char *value)
{
    network_set(&fleet->network, id, key, value);
}

/* Beside the home, so that a full disk of the home does not silence it. */
static void log_path(const struct fleet *fleet, const char *id,
        char path[FLEET_PATH_BYTES])
{
    snprintf(path, FLEET_PATH_BYTES, "%s/%s.log", fleet->network.folder, id);
}

char *fleet_log(const struct fleet *fleet, const char *id, size_t *n_lines)
{
    char path[FLEET_PATH_BYTES];
    size_t len = 0;

    log_path(fleet, id, path);
    char *text = (char *)temp_read(path, &len);
    if (text == NULL)
        text = calloc(1, 1);
    network_must(text != NULL, "memory", NULL);
    for (size_t i = 0; n_lines != NULL && i < len; i++)
        *n_lines += text[i] == '\n';
    return text;
}

bool fleet_log_says(const struct fleet *fleet, const char *id, const char *words)
{
    char *text = fleet_log(fleet, id, NULL);
    bool says = strstr(text, words) != NULL;

    free(text);
    return says;
}

void fleet_wait_log(const struct fleet *fleet, const char *id, const char *words)
{
    int64_t end_ms = fleet_clock_ms() + FLEET_PATIENCE_MS;

    while (!fleet_log_says(fleet, id, words)) {
        if (fleet_clock_ms() > end_ms)
            fleet_fail(fleet, "%s never said: %s", id, words);
        fleet_breathe();
    }
}

static void show_log(const struct fleet *fleet, const char *id)
{
    char *text = fleet_log(fleet, id, NULL);
    char *tail = text + strlen(text);

    for (int n = 0; tail > text && n <= LOG_TAIL_LINES; tail--)
        n += tail[-1] == '\n' && n <= LOG_TAIL_LINES;
    if (*tail != '\0')
        fprintf(stderr, "--- %s\n%s\n", id, tail);
    free(text);
}

void fleet_fail(const struct fleet *fleet, const char *format, ...)
{
    char words[512];
    va_list args;

    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    for (size_t i = 0; i < fleet->n_programs; i++)
        show_log(fleet, fleet->programs[i].id);
    fail_msg("%s", words);
    abort();
}

/* ------------------------------------------------------------- founding */

/* A free port of the kernel's choice, which nobody else can get while the socket lives:
 * bound but not listening, and open to a second bind with the same option, which is the
 * broker's. */
static int hold_port(char address[LOOP_ADDRESS_BYTES])
{
    struct sockaddr_in at = {.sin_family = AF_INET,
            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int yes = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    network_must(fd >= 0 &&
                         setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) ==
                                 0 &&
                         bind(fd, (struct sockaddr *)&at, sizeof at) == 0 &&
                         getsockname(fd, (struct sockaddr *)&at, &len) == 0,
            "a free port", NULL);
    snprintf(address, LOOP_ADDRESS_BYTES, "tcp://127.0.0.1:%d", ntohs(at.sin_port));
    return fd;
}

static void find_programs(struct fleet *fleet)
{
    const char *bin = getenv("BIN");
    char own[FLEET_PATH_BYTES / 2] = "";

    if (bin == NULL) {
        ssize_t len = readlink("/proc/self/exe", own, sizeof own - 1);
        network_must(len > 0, "the path of this test", NULL);
        *strrchr(own, '/') = '\0';
    }
    snprintf(fleet->bin, sizeof fleet->bin, bin != NULL ? "%s%s" : "%s%s",
            bin != NULL ? bin : own, bin != NULL ? "" : "/../bin");
}

static void add_program(struct fleet *fleet, const char *id, bool is_broker)
{
    struct fleet_program *program = &fleet->programs[fleet->n_programs++];
    struct err err = {.code = CODE_OK};
    char path[NETWORK_PATH_BYTES];
    struct home home;

    *program = (struct fleet_program){.is_broker = is_broker};
    snprintf(program->id, sizeof program->id, "%s", id);
    network_home(&fleet->network, id, path);
    network_must(home_paths(path, is_broker ? ROLE_BROKER : ROLE_NODE, &home, &err) &&
                         home_read_token(&home, program->token, &err),
            "a token", &err);
}

void fleet_begin(struct fleet *fleet, const struct network_partner *partners,
        size_t n_partners)
{
    char address[LOOP_ADDRESS_BYTES];
    struct err err = {.code = CODE_OK};

    memset(fleet, 0, sizeof *fleet);
    network_must(hash_start(&err), "start the cryptographic library", &err);
    find_programs(fleet);
    fleet->arena = arena_new(ARENA_BYTES);
    network_must(fleet->arena.at != NULL, "memory", NULL);
    fleet->port = hold_port(address);
    /* A minute ago, so that everything is in force now. */
    network_found(&fleet->network, address, partners, n_partners, NULL,
            fleet_now_ms() - TIME_MINUTE_MS);
    add_program(fleet, NETWORK_BROKER, true);
    for (size_t i = 0; i < n_partners; i++)
        add_program(fleet, partners[i].id, false);
}

void fleet_begin_two(struct fleet *fleet, const char *refers, const char *centre)
{
    const struct network_partner partners[] = {
            {refers, PARTNER_TYPE_HOMECARE},
            {centre, PARTNER_TYPE_LDC     },
    };

    fleet_begin(fleet, partners, COUNT_OF(partners));
}

void fleet_end(struct fleet *fleet)
{
    fleet_kill_all(fleet);
    if (getenv("KEEP") != NULL)
        fprintf(stderr, "# left in %s\n", fleet->network.folder);
    else
        network_forget(&fleet->network);
    arena_free(&fleet->arena);
    close(fleet->port);
}

int fleet_end_state(void **state)
{
    fleet_end(*state);
    free(*state);
    return 0;
}

/* ------------------------------------------------------------- processes */

struct fleet_program *fleet_program(struct fleet *fleet, const char *id)
{
    for (size_t i = 0; i < fleet->n_programs; i++)
        if (strcmp(fleet->programs[i].id, id) == 0)
            return &fleet->programs[i];
    fprintf(stderr, "no program %s in this fleet\n", id);
    abort();
}

/* In the child: die with the parent, also when it has died already. */
static void die_with(pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(NO_PROGRAM);
}

pid_t fleet_fork(struct fleet *fleet)
{
    pid_t parent = getpid();

    /* Open connections would be shared; they come back with the next question. */
    for (size_t i = 0; i < fleet->n_programs; i++) {
        gate_free(fleet->programs[i].gate);
        fleet->programs[i].gate = NULL;
    }
    pid_t pid = fork();
    network_must(pid >= 0, "fork", NULL);
    if (pid == 0)
        die_with(parent);
    return pid;
}

/* Become a program: its words go to the file, nothing comes in. */
static void become(const struct fleet *fleet, const char *said, int mode,
        const char *const *arguments)
{
    int out = open(said, O_WRONLY | O_CREAT | mode, 0600);
    int in = open("/dev/null", O_RDONLY);
    char *words[FLEET_ARGUMENTS_MAX + 2];
    size_t n = 0;

    if (out < 0 || in < 0 || dup2(in, STDIN_FILENO) < 0 ||
            dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0)
        _exit(NO_PROGRAM);
    close_range(STDERR_FILENO + 1, ~0U, 0);
    if (fleet->file_bytes != 0) {
        const struct rlimit limit = {fleet->file_bytes, fleet->file_bytes};
        signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
            _exit(NO_PROGRAM);
    }
    if (fleet->files != 0) {
        const struct rlimit limit = {fleet->files, fleet->files};
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
            _exit(NO_PROGRAM);
    }
    for (; arguments[n] != NULL && n <= FLEET_ARGUMENTS_MAX; n++)
        words[n] = strdup(arguments[n]);
    words[n] = NULL;
    execv(words[0], words);
    fprintf(stderr, "cannot run %s\n", words[0]);
    _exit(NO_PROGRAM);
}

void fleet_start(struct fleet *fleet, const char *id)
{
    struct fleet_program *program = fleet_program(fleet, id);
    char binary[2 * FLEET_PATH_BYTES], home[NETWORK_PATH_BYTES], log[FLEET_PATH_BYTES];

    assert_int_equal(program->pid, 0);
    snprintf(binary, sizeof binary, "%s/%s", fleet->bin,
            program->is_broker ? "buurtbus-broker" : "buurtbus-node");
    network_home(&fleet->network, id, home);
    log_path(fleet, id, log);
    const char *const arguments[] = {binary, "--home", home, NULL};
    program->pid = fleet_fork(fleet);
    if (program->pid == 0)
        become(fleet, log, O_APPEND, arguments);
}

static void forget_process(struct fleet_program *program, int how)
{
    /* 128 + n for a signal, as a shell says. */
    program->status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
    program->pid = 0;
    gate_free(program->gate);
    program->gate = NULL;
}

bool fleet_runs(struct fleet *fleet, const char *id)
{
    struct fleet_program *program = fleet_program(fleet, id);
    int how = 0;

    if (program->pid != 0 && waitpid(program->pid, &how, WNOHANG) == program->pid)
        forget_process(program, how);
    return program->pid != 0;
}

int fleet_wait_end(struct fleet *fleet, const char *id)
{
    FLEET_UNTIL(fleet, !fleet_runs(fleet, id));
    return fleet_program(fleet, id)->status;
}

void fleet_kill(struct fleet *fleet, const char *id)
{
    struct fleet_program *program = fleet_program(fleet, id);
    int how = 0;

    if (program->pid == 0)
        return;
    kill(program->pid, SIGKILL);
    waitpid(program->pid, &how, 0);
    forget_process(program, how);
}

void fleet_kill_all(struct fleet *fleet)
{
    for (size_t i = 0; i < fleet->n_programs; i++)
        fleet_kill(fleet, fleet->programs[i].id);
}

int fleet_stop(struct fleet *fleet, const char *id)
{
    struct fleet_program *program = fleet_program(fleet, id);

    assert_int_not_equal(program->pid, 0);
    kill(program->pid, SIGTERM);
    return fleet_wait_end(fleet, id);
}

int fleet_run(struct fleet *fleet, const char *program, const char *const *arguments)
{
    char binary[2 * FLEET_PATH_BYTES], said[FLEET_PATH_BYTES];
    const char *words[FLEET_ARGUMENTS_MAX + 2] = {binary};
    int how = 0;

    snprintf(binary, sizeof binary, "%s/%s", fleet->bin, program);
    snprintf(said, sizeof said, "%s/said", fleet->network.folder);
    for (size_t i = 0; arguments[i] != NULL && i < FLEET_ARGUMENTS_MAX; i++)
        words[i + 1] = arguments[i];
    pid_t pid = fleet_fork(fleet);
    if (pid == 0)
        become(fleet, said, O_TRUNC, words);
    waitpid(pid, &how, 0);
    return WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
}
