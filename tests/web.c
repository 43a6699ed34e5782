/* web.c - the client: bytes out, answers in. */
#include "tests/web.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_BYTES = 4096, ANSWER_BYTES_MAX = 8 * 1024 * 1024 };

static void give_up(const char *what)
{
    fprintf(stderr, "web: %s\n", what);
    abort();
}

int web_connect(uint16_t port)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    inet_pton(AF_INET, "127.0.0.1", &name.sin_addr);
    if (fd < 0 || connect(fd, (struct sockaddr *)&name, sizeof name) != 0)
        give_up("cannot connect");
    return fd;
}

bool web_send(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

/* At most `most` bytes more behind those that are there, with `how` as recv takes it;
 * false at the end. */
static bool read_some(int fd, char **bytes, size_t *len, size_t most, int how)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    if (poll(&ready, 1, WEB_PATIENCE_MS) != 1)
        give_up("no answer");
    char *grown = realloc(*bytes, *len + READ_BYTES + 1);
    if (grown == NULL || *len > ANSWER_BYTES_MAX)
        give_up("an answer is too long");
    *bytes = grown;
    ssize_t n = recv(fd, grown + *len, most < READ_BYTES ? most : READ_BYTES, how);
    if (n > 0)
        *len += (size_t)n;
    grown[*len] = '\0';
    return n > 0;
}

static bool read_more(int fd, char **bytes, size_t *len)
{
    return read_some(fd, bytes, len, READ_BYTES, 0);
}

/* Up to the end of a head and no further: another answer may stand behind it. How long
 * it is; 0: the connection ends before. */
static size_t read_head(int fd, char **bytes)
{
    static const char END[] = "\r\n\r\n";
    size_t len = 0;
    while (true) {
        size_t seen = len;
        if (!read_some(fd, bytes, &seen, READ_BYTES, MSG_PEEK))
            return 0;
        const char *end = strstr(*bytes, END);
        size_t upto = end != NULL ? (size_t)(end - *bytes) + strlen(END) : seen;
        while (len < upto && read_some(fd, bytes, &len, upto - len, 0))
            continue;
        if (end != NULL)
            return len;
    }
}

static size_t content_length(const char *head)
{
    const char *at = strcasestr(head, "\r\ncontent-length:");
    return at == NULL ? 0 : strtoull(at + strlen("\r\ncontent-length:"), NULL, 10);
}

struct web_answer web_read(int fd, bool head)
{
    struct web_answer answer = {0};
    char *bytes = NULL;
    size_t len = read_head(fd, &bytes), head_len = len;
    if (len == 0) {
        free(bytes);
        return answer;
    }
    answer.head = strndup(bytes, head_len);
    answer.status = atoi(bytes + strlen("HTTP/1.1 "));
    answer.len = head ? 0 : content_length(answer.head);
    const size_t whole = head_len + answer.len;
    while (len < whole && read_some(fd, &bytes, &len, whole - len, 0))
        continue;
    if (len < whole)
        give_up("an answer is shorter than it says");
    answer.body = strndup(bytes + head_len, answer.len);
    free(bytes);
    return answer;
}

void web_forget(struct web_answer *answer)
{
    free(answer->head);
    free(answer->body);
    *answer = (struct web_answer){0};
}

const char *web_header(const struct web_answer *answer, const char *name)
{
    static char value[WEB_WORD_BYTES];
    char line[WEB_WORD_BYTES];
    snprintf(line, sizeof line, "\r\n%s: ", name);
    const char *at = answer->head == NULL ? NULL : strcasestr(answer->head, line);
    value[0] = '\0';
    if (at == NULL)
        return value;
    at += strlen(line);
    snprintf(value, sizeof value, "%.*s", (int)strcspn(at, "\r"), at);
    return value;
}

char *web_read_until(int fd, const char *words)
{
    char *bytes = NULL;
    size_t len = 0;
    while (bytes == NULL || strstr(bytes, words) == NULL)
        if (!read_more(fd, &bytes, &len))
            give_up("the connection ended too soon");
    return bytes;
}

bool web_is_closed(int fd)
{
    char *bytes = NULL;
    size_t len = 0;
    bool more = read_more(fd, &bytes, &len);
    free(bytes);
    return !more;
}

struct web_answer web_ask(uint16_t port, const char *method, const char *path,
        const char *headers, const char *body)
{
    static const char FORM[] = "%s %s HTTP/1.1\r\nHost: localhost\r\n%s%s";
    size_t cap = strlen(method) + strlen(path) + strlen(headers) + 2 * WEB_WORD_BYTES +
                 (body == NULL ? 0 : strlen(body));
    char length[WEB_WORD_BYTES] = "\r\n";
    char *bytes = malloc(cap);
    if (bytes == NULL)
        give_up("no memory");
    if (body != NULL)
        snprintf(length, sizeof length,
                "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
                strlen(body));
    int n = snprintf(bytes, cap, FORM, method, path, headers, length);
    n += snprintf(bytes + n, cap - (size_t)n, "%s", body == NULL ? "" : body);
    int fd = web_connect(port);
    if (!web_send(fd, bytes, (size_t)n))
        give_up("the server hung up");
    struct web_answer answer = web_read(fd, strcmp(method, "HEAD") == 0);
    close(fd);
    free(bytes);
    return answer;
}
