/* reference.c - the disk, the transport and the curve, each alone. */
#include "tests/bench/reference.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

#include "core/keys.h"

enum { PAGE_BYTES = 4096, CURVE_TEXT = 41 };

double reference_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void must(bool ok, const char *what)
{
    if (!ok) {
        perror(what);
        exit(1);
    }
}

double reference_fsync(const char *folder, double seconds)
{
    static const uint8_t page[PAGE_BYTES] = {1};
    char path[512];
    size_t n = 0;

    snprintf(path, sizeof path, "%s/reference", folder);
    int file = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    must(file >= 0, path);
    double begin = reference_clock(), end = begin + seconds;
    while (reference_clock() < end) {
        must(write(file, page, sizeof page) == (ssize_t)sizeof page, "write");
        must(fdatasync(file) == 0, "fdatasync");
        n++;
    }
    double took = reference_clock() - begin;
    close(file);
    unlink(path);
    return (double)n / took;
}

double reference_verify(double seconds)
{
    struct err err = {.code = CODE_OK};
    struct sign_key *key = sign_key_new(&err);
    const char text[] =
            "about a hundred bytes stand for the root that a turn of the loop "
            "signs, a few more or a few less of them";
    struct sig64 sig;
    size_t n = 0;

    must(key != NULL, "a key");
    sign_key_sign(key, SPAN_OF(text), &sig);
    double begin = reference_clock(), end = begin + seconds;
    while (reference_clock() < end)
        for (int i = 0; i < 50; i++, n++)
            must(keys_verify(sign_key_public(key), SPAN_OF(text), &sig), "verify");
    double took = reference_clock() - begin;
    sign_key_free(key);
    return (double)n / took;
}

/* The server of the echo: gives back what comes until it is told to stop. */
struct echo {
    void *socket;
    size_t frame_bytes;
};

static void *serve(void *argument)
{
    struct echo *echo = argument;
    zmq_msg_t id, body;
    bool going = true;

    while (going) {
        zmq_msg_init(&id);
        zmq_msg_init(&body);
        must(zmq_msg_recv(&id, echo->socket, 0) >= 0, "receive");
        must(zmq_msg_recv(&body, echo->socket, 0) >= 0, "receive");
        going = zmq_msg_size(&body) == echo->frame_bytes;
        must(zmq_msg_send(&id, echo->socket, ZMQ_SNDMORE) >= 0, "send");
        must(zmq_msg_send(&body, echo->socket, 0) >= 0, "send");
    }
    return NULL;
}

static void *curve_socket(void *context, int type, const char *server_public,
        const char *public_key, const char *secret_key, bool is_server)
{
    void *socket = zmq_socket(context, type);
    int one = 1, none = 0;

    must(socket != NULL, "socket");
    zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof none);
    zmq_setsockopt(socket, ZMQ_SNDHWM, &none, sizeof none);
    zmq_setsockopt(socket, ZMQ_RCVHWM, &none, sizeof none);
    if (is_server)
        zmq_setsockopt(socket, ZMQ_CURVE_SERVER, &one, sizeof one);
    else {
        zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, server_public, CURVE_TEXT);
        zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, public_key, CURVE_TEXT);
    }
    zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret_key, CURVE_TEXT);
    return socket;
}

static size_t drive(void *socket, uint8_t *frame, size_t len, size_t window,
        double seconds)
{
    size_t sent = 0, back = 0;
    double end = reference_clock() + seconds;

    for (; sent < window; sent++)
        must(zmq_send(socket, frame, len, 0) >= 0, "send");
    while (back < sent) {
        must(zmq_recv(socket, frame, len, 0) >= 0, "receive");
        back++;
        if (reference_clock() < end) {
            must(zmq_send(socket, frame, len, 0) >= 0, "send");
            sent++;
        }
    }
    return back;
}

double reference_echo(size_t frame_bytes, size_t window, double seconds)
{
    char server_public[CURVE_TEXT], server_secret[CURVE_TEXT];
    char client_public[CURVE_TEXT], client_secret[CURVE_TEXT];
    char address[256];
    size_t address_len = sizeof address;
    void *context = zmq_ctx_new();
    uint8_t *frame = calloc(1, frame_bytes);
    pthread_t thread;

    must(context != NULL && frame != NULL, "memory");
    zmq_curve_keypair(server_public, server_secret);
    zmq_curve_keypair(client_public, client_secret);
    void *server = curve_socket(context, ZMQ_ROUTER, NULL, NULL, server_secret, true);
    must(zmq_bind(server, "tcp://127.0.0.1:*") == 0, "bind");
    must(zmq_getsockopt(server, ZMQ_LAST_ENDPOINT, address, &address_len) == 0,
            "address");
    void *client = curve_socket(context, ZMQ_DEALER, server_public, client_public,
            client_secret, false);
    must(zmq_connect(client, address) == 0, "connect");
    struct echo echo = {.socket = server, .frame_bytes = frame_bytes};
    must(pthread_create(&thread, NULL, serve, &echo) == 0, "thread");

    (void)drive(client, frame, frame_bytes, 1, 0); /* the handshake is not measured */
    double begin = reference_clock();
    size_t n = drive(client, frame, frame_bytes, window, seconds);
    double took = reference_clock() - begin;

    must(zmq_send(client, "", 0, 0) >= 0, "send");
    pthread_join(thread, NULL);
    zmq_close(client);
    zmq_close(server);
    zmq_ctx_term(context);
    free(frame);
    return (double)n / took;
}
