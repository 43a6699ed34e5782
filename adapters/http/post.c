/* post.c - messages on their way: libcurl's sockets and its clock, driven by the loop.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/http/post_inner.h"

enum { HTTP_FIRST = 200, HTTP_BEHIND = 300, HTTP_ERRORS = 400 };

struct post {
    struct posts *posts;
    CURL *curl; /* NULL: this place is free */
    struct curl_slist *headers;
    char *body;
    post_done *on_done; /* NULL: nobody waits */
    void *self;
    size_t taken;   /* bytes of the answer */
    bool is_local;  /* it names this computer */
    bool forbidden; /* the address that was found for it */
};

struct posts {
    struct loop *loop;
    struct post_settings settings;
    CURLM *multi;
    struct post of[POSTS_MAX];
    int64_t due_ms; /* libcurl's clock; 0: it waits for its sockets only */
    bool ready;     /* something happened on a socket */
};

/* --- sockets and the clock --- */

struct socket {
    struct posts *posts;
    struct watch *watch;
    curl_socket_t fd;
};

static void on_ready(void *self, unsigned events)
{
    struct socket *socket = self;
    struct posts *posts = socket->posts;
    int running;
    int what = ((events & WATCH_READ) != 0 ? CURL_CSELECT_IN : 0) |
               ((events & WATCH_WRITE) != 0 ? CURL_CSELECT_OUT : 0);
    curl_multi_socket_action(posts->multi, socket->fd, what, &running);
    posts->ready = true;
}

static void forget_socket(struct posts *posts, struct socket *socket)
{
    if (socket == NULL)
        return;
    curl_multi_assign(posts->multi, socket->fd, NULL);
    watch_close(socket->watch);
    free(socket);
}

/* libcurl wants this of a socket. A socket that cannot be watched stands still until
 * the time of its message is up. */
static int on_socket(CURL *curl, curl_socket_t fd, int what, void *self, void *own)
{
    struct posts *posts = self;
    struct socket *socket = own;
    struct err err;
    unsigned events =
            (what == CURL_POLL_IN || what == CURL_POLL_INOUT ? WATCH_READ : 0u) |
            (what == CURL_POLL_OUT || what == CURL_POLL_INOUT ? WATCH_WRITE : 0u);
    (void)curl;
    if (what == CURL_POLL_REMOVE) {
        forget_socket(posts, socket);
        return 0;
    }
    if (socket != NULL) {
        watch_change(socket->watch, events);
        return 0;
    }
    socket = calloc(1, sizeof *socket);
    if (socket == NULL)
        return 0;
    *socket = (struct socket){.posts = posts, .fd = fd};
    socket->watch = loop_watch(posts->loop, fd, events, on_ready, socket, &err);
    if (socket->watch == NULL)
        free(socket);
    else
        curl_multi_assign(posts->multi, fd, socket);
    return 0;
}

static int on_clock(CURLM *multi, long wait_ms, void *self)
{
    struct posts *posts = self;
    (void)multi;
    posts->due_ms = wait_ms < 0 ? 0 : loop_now(posts->loop) + wait_ms;
    return 0;
}

/* --- one message --- */

/* A name can lead anywhere: what it is found to be is looked at before it is
 * connected to. */
static curl_socket_t on_open(void *self, curlsocktype purpose,
        struct curl_sockaddr *address)
{
    struct post *post = self;
    enum post_place place = post_place_of(&address->addr);
    (void)purpose;
    bool may = place == PLACE_ANYWHERE || (place == PLACE_HERE && post->is_local) ||
               (place == PLACE_PRIVATE && post->posts->settings.private_addresses);
    if (!may) {
        post->forbidden = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t on_answer(char *bytes, size_t size, size_t n, void *self)
{
    struct post *post = self;
    (void)bytes;
    post->taken += size * n;
    return post->taken > POST_ANSWER_MAX ? 0 : size * n;
}

static bool add_headers(struct post *post, const char *const *headers, size_t n)
{
    /* Without the first, libcurl would ask whether it may send the body. */
    static const char *const OWN[] = {"Expect:", "Accept:"};
    struct curl_slist *list = NULL;
    for (size_t i = 0; i < COUNT_OF(OWN) + n; i++) {
        struct curl_slist *longer = curl_slist_append(list,
                i < COUNT_OF(OWN) ? OWN[i] : headers[i - COUNT_OF(OWN)]);
        if (longer == NULL) {
            curl_slist_free_all(list);
            return false;
        }
        list = longer;
    }
    post->headers = list;
    return true;
}

#define SET(option, value) (curl_easy_setopt(curl, (option), (value)) == CURLE_OK)

static bool set_limits(CURL *curl, const struct post_settings *settings)
{
    return SET(CURLOPT_PROTOCOLS_STR, "https,http") &&
           SET(CURLOPT_FOLLOWLOCATION, 0L) && SET(CURLOPT_PROXY, "") &&
           SET(CURLOPT_NOSIGNAL, 1L) &&
           SET(CURLOPT_TIMEOUT_MS, (long)settings->wait_ms) &&
           SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
           SET(CURLOPT_QUICK_EXIT, 1L) &&
           (settings->ca[0] == '\0' ||
                   (SET(CURLOPT_CAINFO, settings->ca) && SET(CURLOPT_CAPATH, NULL)));
}

static bool set_up(struct post *post, const char *url, struct span body)
{
    CURL *curl = post->curl;
    return set_limits(curl, &post->posts->settings) && SET(CURLOPT_URL, url) &&
           SET(CURLOPT_POST, 1L) && SET(CURLOPT_POSTFIELDSIZE, (long)body.len) &&
           SET(CURLOPT_POSTFIELDS, post->body) &&
           SET(CURLOPT_HTTPHEADER, post->headers) &&
           SET(CURLOPT_USERAGENT, post->posts->settings.agent) &&
           SET(CURLOPT_PRIVATE, post) && SET(CURLOPT_WRITEFUNCTION, on_answer) &&
           SET(CURLOPT_WRITEDATA, post) && SET(CURLOPT_OPENSOCKETFUNCTION, on_open) &&
           SET(CURLOPT_OPENSOCKETDATA, post);
}

/* The place is free again. */
static void clear(struct post *post)
{
    struct posts *posts = post->posts;
    if (post->curl != NULL)
        curl_easy_cleanup(post->curl);
    curl_slist_free_all(post->headers);
    free(post->body);
    *post = (struct post){.posts = posts};
}

struct post *posts_put(struct posts *posts, const char *url, const char *const *headers,
        size_t n_headers, struct span body, post_done *on_done, void *self)
{
    struct post *post = NULL;
    for (size_t i = 0; i < POSTS_MAX && post == NULL; i++)
        if (posts->of[i].curl == NULL)
            post = &posts->of[i];
    if (post == NULL)
        return NULL;
    struct post made = {.posts = posts,
            .curl = curl_easy_init(),
            .body = malloc(body.len + 1),
            .on_done = on_done,
            .self = self,
            .is_local = post_url_is_local(url)};
    if (made.body != NULL)
        memcpy(made.body, body.at, body.len);
    bool ok = made.curl != NULL && made.body != NULL &&
              add_headers(&made, headers, n_headers);
    *post = made;
    if (ok && set_up(post, url, body) &&
            curl_multi_add_handle(posts->multi, post->curl) == CURLM_OK)
        return post;
    clear(post);
    return NULL;
}

void post_drop(struct post *post)
{
    post->on_done = NULL;
    if (post->curl != NULL) {
        curl_multi_remove_handle(post->posts->multi, post->curl);
        clear(post);
    }
}

/* --- the end of one --- */

static const char *fault_of(const struct post *post, CURLcode code, long status)
{
    static const struct {
        CURLcode code;
        const char *word;
    } WORDS[] = {
            {CURLE_OPERATION_TIMEDOUT,       "timeout"    },
            {CURLE_COULDNT_RESOLVE_HOST,     "name"       },
            {CURLE_COULDNT_CONNECT,          "connection" },
            {CURLE_PEER_FAILED_VERIFICATION, "certificate"},
            {CURLE_SSL_CACERT_BADFILE,       "webhook_ca" },
            {CURLE_SSL_CONNECT_ERROR,        "tls"        },
    };
    /* The status is what counts: what stands behind it is read by nobody. */
    if (status >= HTTP_FIRST && status < HTTP_BEHIND)
        return "";
    if (post->forbidden)
        return "address";
    if (status >= HTTP_BEHIND && status < HTTP_ERRORS)
        return "redirect";
    if (status >= HTTP_ERRORS)
        return "status";
    for (size_t i = 0; i < COUNT_OF(WORDS); i++)
        if (WORDS[i].code == code)
            return WORDS[i].word;
    return "no_answer";
}

static void finish(struct posts *posts, CURL *curl, CURLcode code)
{
    struct post *post = NULL;
    long status = 0;
    curl_off_t retry_after_s = 0;
    curl_easy_getinfo(curl, CURLINFO_PRIVATE, &post);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after_s);
    const struct post_result result = {.status = (unsigned)status,
            .fault = fault_of(post, code, status),
            .retry_after_s = retry_after_s};
    post_done *on_done = post->on_done;
    void *self = post->self;
    curl_multi_remove_handle(posts->multi, curl);
    /* The place is free before anybody hears: who hears may send the next one. */
    clear(post);
    if (on_done != NULL)
        on_done(self, &result);
}

int64_t posts_turn(struct posts *posts, int64_t now_ms)
{
    int running, left;
    if (posts->due_ms != 0 && posts->due_ms <= now_ms) {
        posts->due_ms = 0;
        curl_multi_socket_action(posts->multi, CURL_SOCKET_TIMEOUT, 0, &running);
        posts->ready = true;
    }
    if (posts->ready) {
        posts->ready = false;
        const CURLMsg *message;
        while ((message = curl_multi_info_read(posts->multi, &left)) != NULL)
            if (message->msg == CURLMSG_DONE)
                finish(posts, message->easy_handle, message->data.result);
    }
    return posts->due_ms;
}

/* --- from start to end --- */

struct posts *posts_new(struct loop *loop, const struct post_settings *settings,
        struct err *err)
{
    struct posts *posts = calloc(1, sizeof *posts);
    if (posts != NULL && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
        posts->multi = curl_multi_init();
    if (posts == NULL || posts->multi == NULL) {
        free(posts);
        err_set(err, ERR_NOMEM, "no memory to send messages");
        return NULL;
    }
    posts->loop = loop;
    posts->settings = *settings;
    for (size_t i = 0; i < POSTS_MAX; i++)
        posts->of[i].posts = posts;
    curl_multi_setopt(posts->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(posts->multi, CURLMOPT_SOCKETDATA, posts);
    curl_multi_setopt(posts->multi, CURLMOPT_TIMERFUNCTION, on_clock);
    curl_multi_setopt(posts->multi, CURLMOPT_TIMERDATA, posts);
    curl_multi_setopt(posts->multi, CURLMOPT_MAXCONNECTS, (long)POSTS_MAX);
    return posts;
}

void posts_free(struct posts *posts)
{
    if (posts == NULL)
        return;
    for (size_t i = 0; i < POSTS_MAX; i++)
        post_drop(&posts->of[i]);
    curl_multi_cleanup(posts->multi);
    curl_global_cleanup();
    free(posts);
}
