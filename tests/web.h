/* web.h - an HTTP client for tests that says exactly what it is told, and a node that
 * answers as a table says, behind the real server of buurtbus-http. */
#ifndef WEB_H
#define WEB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { WEB_PATIENCE_MS = 20000, WEB_WORD_BYTES = 256 };

/* An answer; its parts lie on the heap. */
struct web_answer {
    int status; /* 0: the connection ended without one */
    char *head; /* status line and headers */
    char *body;
    size_t len;
};

/* A connection to 127.0.0.1; ends the test when there is none. */
int web_connect(uint16_t port);
/* Send all of it; false when the other end hangs up. */
bool web_send(int fd, const char *bytes, size_t len);
/* The next answer on the connection. head: it has no body. */
struct web_answer web_read(int fd, bool head);
void web_forget(struct web_answer *answer);
/* The value of a header, "" when it is not there; borrowed until the next call. */
const char *web_header(const struct web_answer *answer, const char *name);
/* Bytes as they come, until `words` stand in them; what was read, on the heap. */
char *web_read_until(int fd, const char *words);
/* Does the other end hang up? */
bool web_is_closed(int fd);

/* One request on a connection of its own. headers: lines with their ends, may be "".
 * body NULL: none. */
struct web_answer web_ask(uint16_t port, const char *method, const char *path,
        const char *headers, const char *body);

/* --- the server over a node that answers by a table (unit tests) --- */
struct web {
    char folder[WEB_WORD_BYTES];
    pid_t server, node;
    uint16_t port;
};
/* conf: lines for http.conf besides listen, may be "". Without a node nobody answers
 * at the socket until web_start_node. */
void web_begin(struct web *web, const char *conf, bool with_node);
void web_start_node(struct web *web);
/* Wait until it has died by itself. */
void web_wait_node(struct web *web);
/* kill -9 */
void web_kill_node(struct web *web);
/* kill -9 of the server, and start it again on the same home. */
void web_restart(struct web *web);
/* Ask the server to stop and wait: its exit status. */
int web_stop(struct web *web);
void web_end(struct web *web);

#endif
