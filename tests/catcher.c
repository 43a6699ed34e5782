/* catcher.c - a receiver that keeps what it gets, and can be as bad as receivers are.
 */
#include "tests/catcher.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/temp.h"

enum { REQUEST_BYTES = 8192, LOOK_MS = 5, PATIENCE_MS = 30000, BACKLOG = 64 };

static void give_up(const char *what)
{
    fprintf(stderr, "catcher: %s\n", what);
    abort();
}

/* --- the process --- */

static void take_header(const char *head, const char *name, char out[CATCHER_TEXT])
{
    char line[CATCHER_TEXT];
    snprintf(line, sizeof line, "\r\n%s: ", name);
    const char *at = strcasestr(head, line);
    out[0] = '\0';
    if (at != NULL)
        snprintf(out, CATCHER_TEXT, "%.*s", (int)strcspn(at + strlen(line), "\r"),
                at + strlen(line));
}

/* All of one request; false when it does not come. */
static bool read_request(int fd, char bytes[REQUEST_BYTES])
{
    size_t len = 0;
    for (;;) {
        ssize_t n = recv(fd, bytes + len, REQUEST_BYTES - 1 - len, 0);
        if (n <= 0)
            return false;
        len += (size_t)n;
        bytes[len] = '\0';
        const char *end = strstr(bytes, "\r\n\r\n");
        const char *length = strcasestr(bytes, "\r\ncontent-length:");
        if (end != NULL && length != NULL && length < end &&
                len >= (size_t)(end - bytes) + 4 +
                                strtoull(length + strlen("\r\ncontent-length:"), NULL,
                                        10))
            return true;
    }
}

static void say(int fd, const char *text)
{
    if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
        return;
}

/* Until the other end has had enough; in a process of its own. */
static void say_for_ever(int fd, const char *first, const char *again)
{
    if (fork() != 0)
        return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    say(fd, first);
    while (send(fd, again, strlen(again), MSG_NOSIGNAL) > 0)
        continue;
    _exit(0);
}

static void write_down(struct catcher_share *share, const char *request, int status)
{
    int n = atomic_load(&share->n);
    if (n == CATCHER_MESSAGES)
        give_up("too many messages");
    struct caught *caught = &share->caught[n];
    const char *body = strstr(request, "\r\n\r\n");
    const char *path = strchr(request, ' ');
    snprintf(caught->path, sizeof caught->path, "%.*s",
            path == NULL ? 0 : (int)strcspn(path + 1, " "),
            path == NULL ? "" : path + 1);
    take_header(request, "webhook-id", caught->id);
    take_header(request, "webhook-timestamp", caught->at);
    take_header(request, "webhook-signature", caught->signature);
    take_header(request, "content-type", caught->type);
    snprintf(caught->body, sizeof caught->body, "%s", body == NULL ? "" : body + 4);
    caught->status = status;
    atomic_store(&share->n, n + 1);
}

static void answer_status(struct catcher_share *share, int fd, int status)
{
    char text[CATCHER_TEXT];
    snprintf(text, sizeof text,
            "HTTP/1.1 %d x\r\nConnection: close\r\nLocation: /elsewhere\r\n"
            "Retry-After: %d\r\nContent-Length: 0\r\n\r\n",
            status, atomic_load(&share->retry_after_s));
    say(fd, text);
}

/* True when the connection stays open. */
static bool answer(struct catcher_share *share, int fd, const char *request)
{
    enum catcher_mode mode = (enum catcher_mode)atomic_load(&share->mode);
    int status = atomic_load(&share->status);
    if (mode == CATCH_POISON)
        status = strstr(request, share->poison) != NULL ? 500 : 204;
    bool is_read = mode == CATCH_SHORT || mode == CATCH_ENDLESS;
    bool says = mode == CATCH_STATUS || mode == CATCH_POISON;
    write_down(share, request, says ? status : is_read ? 200 : 0);
    if (says)
        answer_status(share, fd, status);
    else if (mode == CATCH_SHORT)
        say(fd, "HTTP/1.1 200 x\r\nContent-Length: 100\r\n\r\nhalf");
    else if (mode == CATCH_ENDLESS)
        say_for_ever(fd, "HTTP/1.1 200 x\r\n\r\n", "more and more and more\r\n");
    else if (mode == CATCH_HEADERS)
        say_for_ever(fd, "HTTP/1.1 200 x\r\n", "x-more: and more\r\n");
    else if (mode == CATCH_HTTP_BY_EAR)
        say(fd, "220 mail.example ready\r\n");
    return mode == CATCH_SILENT;
}

static void serve(struct catcher_share *share, int fd)
{
    static char request[REQUEST_BYTES];
    bool listening = false;
    /* Processes that talk for ever are not waited for. */
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        bool down = atomic_load(&share->mode) == CATCH_DOWN;
        if (down && listening)
            shutdown(fd, SHUT_RDWR);
        if (!down && !listening && listen(fd, BACKLOG) != 0)
            give_up("cannot listen");
        listening = !down;
        atomic_store(&share->is_down, down);
        struct pollfd ready = {.fd = listening ? fd : -1, .events = POLLIN};
        if (poll(&ready, 1, LOOK_MS) != 1)
            continue;
        int conn = accept(fd, NULL, NULL);
        if (conn < 0)
            continue;
        if (read_request(conn, request) && answer(share, conn, request))
            atomic_fetch_add(&share->open, 1);
        else
            close(conn);
    }
}

/* --- for the test --- */

/* A socket at that port; others may have it too, until one listens. */
static int bind_to(struct sockaddr_in *name)
{
    socklen_t size = sizeof *name;
    const int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
            bind(fd, (struct sockaddr *)name, size) != 0 ||
            getsockname(fd, (struct sockaddr *)name, &size) != 0)
        give_up("cannot have a port");
    return fd;
}

void catcher_begin(struct catcher *catcher)
{
    struct sockaddr_in name = {.sin_family = AF_INET,
            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    pid_t parent = getpid();
    /* The first keeps the port while the other, when it is down, does not listen. */
    int keeps = bind_to(&name);
    int fd = bind_to(&name);
    catcher->share = mmap(NULL, sizeof *catcher->share, PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (catcher->share == MAP_FAILED || listen(fd, BACKLOG) != 0)
        give_up("cannot listen");
    catcher->port = ntohs(name.sin_port);
    snprintf(catcher->url, sizeof catcher->url, "http://127.0.0.1:%u/hook",
            (unsigned)catcher->port);
    atomic_store(&catcher->share->status, 204);
    catcher->pid = fork();
    if (catcher->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() == parent)
            serve(catcher->share, fd);
        _exit(1);
    }
    close(fd);
    close(keeps);
}

void catcher_end(struct catcher *catcher)
{
    kill(catcher->pid, SIGKILL);
    waitpid(catcher->pid, NULL, 0);
    munmap(catcher->share, sizeof *catcher->share);
}

static void wait_a_moment(int64_t *left_ms, const char *what)
{
    const struct timespec moment = {.tv_nsec = LOOK_MS * 1000000L};
    *left_ms -= LOOK_MS;
    if (*left_ms < 0)
        give_up(what);
    nanosleep(&moment, NULL);
}

void catcher_set(struct catcher *catcher, enum catcher_mode mode, int status)
{
    int64_t left_ms = PATIENCE_MS;
    atomic_store(&catcher->share->status, status);
    atomic_store(&catcher->share->mode, (int)mode);
    while (atomic_load(&catcher->share->is_down) != (mode == CATCH_DOWN))
        wait_a_moment(&left_ms, "it does not do what it is told");
}

void catcher_wait(const struct catcher *catcher, int n)
{
    int64_t left_ms = PATIENCE_MS;
    while (atomic_load(&catcher->share->n) < n)
        wait_a_moment(&left_ms, "a message does not come");
}

int catcher_count(const struct catcher *catcher, const char *words)
{
    int n = 0;
    for (int i = 0; i < atomic_load(&catcher->share->n); i++) {
        const struct caught *caught = &catcher->share->caught[i];
        n += caught->status / 100 == 2 && strstr(caught->body, words) != NULL;
    }
    return n;
}

/* --- signatures --- */

/* What openssl says of a command; its first line. */
static void run(const char *command, char out[CATCHER_TEXT])
{
    FILE *pipe = popen(command, "r");
    if (pipe == NULL || fgets(out, CATCHER_TEXT, pipe) == NULL)
        give_up(command);
    out[strcspn(out, "\n")] = '\0';
    pclose(pipe);
}

bool catcher_verifies(const struct caught *caught, const char *secret)
{
    char path[TEMP_PATH_BYTES];
    struct temp temp;
    char command[2 * CATCHER_TEXT + TEMP_PATH_BYTES], key[CATCHER_TEXT],
            wanted[CATCHER_TEXT];
    temp_init(&temp);
    temp_path(&temp, "signed", path);
    FILE *file = fopen(path, "w");
    if (file == NULL ||
            fprintf(file, "%s.%s.%s", caught->id, caught->at, caught->body) < 0 ||
            fclose(file) != 0 || strncmp(secret, "whsec_", 6) != 0)
        give_up("cannot verify");
    snprintf(command, sizeof command,
            "echo %s | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n'",
            secret + 6);
    run(command, key);
    snprintf(command, sizeof command,
            "openssl dgst -sha256 -mac HMAC -macopt hexkey:%s -binary %s | "
            "openssl base64 -A",
            key, path);
    run(command, wanted);
    temp_done(&temp);
    /* "v1,..." or "v1,... v1,..." */
    for (const char *at = caught->signature; at != NULL; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (strncmp(at, "v1,", 3) == 0 &&
                strncmp(at + 3, wanted, strlen(wanted)) == 0 &&
                strchr(" ", at[3 + strlen(wanted)]) != NULL)
            return true;
    }
    return false;
}
