/* home.h - making and opening the directory that a broker or a node lives in.
 *
 *     HOME/broker.conf or node.conf         settings (core/home_conf.h)
 *     HOME/broker.request or node.request   a packed Signed JoinRequest, for the
 * steward HOME/network.bundle                   the steward's Bundle this home has
 * joined with HOME/broker.db or node.db             the store HOME/cli.token 0600: who
 * can read it may give orders over the socket HOME/keys/ 0700: identity.key
 * transport.key log.key generation.key, each 0600 HOME/run/ 0750: broker.sock or
 * node.sock
 */
#ifndef HOME_H
#define HOME_H

#include "core/arena.h"
#include "core/bundle.h"
#include "core/home_conf.h"
#include "core/keys.h"
#include "gen/bus.h"

/* Where it is when nobody names another, as the units of the package have it. */
#define HOME_OF_BROKER "/var/lib/buurtbus/broker"
#define HOME_OF_NODE   "/var/lib/buurtbus/node"

/* What a new home is to be; also the words of its join request. */
struct home_wish {
    enum role role;        /* ROLE_BROKER or ROLE_NODE */
    const char *partner;   /* ids_partner_ok */
    const char *name;      /* as people call it */
    uint16_t partner_type; /* vocab partner_type */
    const char *address; /* broker: tcp://HOST:PORT that nodes connect to; node: NULL */
    const char *
            listen; /* broker: tcp://HOST:PORT to bind; NULL: the address with host * */
    const char *const *areas; /* NIS codes where it works */
    size_t n_areas;
    int64_t now_ms;
};

/* An open home: its keys and where its things are. */
struct home {
    enum role role;
    struct sign_key *identity;
    struct box_key *transport;
    struct sign_key *log_key;    /* broker only, else NULL */
    struct wrap_key *generation; /* node only, else NULL; home_open loads it, the node
                                    may replace it */
    struct key32 token_hash;     /* keys_token_hash of cli.token */
    char path[HOME_PATH_MAX];
    char conf[HOME_PATH_MAX + 32];
    char request[HOME_PATH_MAX + 32];
    char bundle[HOME_PATH_MAX + 32];
    char db[HOME_PATH_MAX + 32];
    char token[HOME_PATH_MAX + 32];
    char socket[HOME_PATH_MAX + 32];
    char generation_key[HOME_PATH_MAX + 32];
};

enum {
    HOME_SOCKET_PATH_MAX = 100, /* a local socket's path has 107 bytes in Linux */
    HOME_BUNDLE_MAX = BUNDLE_BYTES_MAX,
    HOME_REQUEST_MAX = 8192,
};

/* Make the directory with everything in it, and the request file last: a home with a
 * request file is whole. E_DUPLICATE when there is a home already, of a node or of a
 * broker (nothing is touched), ERR_LOCKED while another makes one there,
 * E_FIELD for a wish that no steward could admit (says which word is wrong), ERR_IO and
 * ERR_DISK_FULL. hash_start comes before. */
MUST_USE bool home_init(const char *path, const struct home_wish *wish,
        struct err *err);

/* Only the paths; no key is read. E_SIZE when the path is too long for a socket in it.
 * For the command line, which talks to a running program. */
MUST_USE bool home_paths(const char *path, enum role role, struct home *home,
        struct err *err);

/* Open for running: every key is read and its mode checked (ERR_KEY_FILE), the token's
 * hash taken. ERR_CONFIG: there is no such home here. home is written on success only;
 * home_close wipes. */
MUST_USE bool home_open(const char *path, enum role role, struct home *home,
        struct err *err);
void home_close(struct home *home);

/* Settings: the file of the home, checked. conf->home is set. */
MUST_USE bool home_broker_conf(const char *path, struct broker_conf *conf,
        struct err *err);
MUST_USE bool home_node_conf(const char *path, struct node_conf *conf, struct err *err);

/* The text of cli.token, for a client of the socket. */
MUST_USE bool home_read_token(const struct home *home,
        char token[KEYS_TOKEN_TEXT_BYTES], struct err *err);

/* What a bundle file says of its network and of this home; everything in it lies in the
 * arena. */
struct home_bundle {
    struct span bytes; /* the file as it is */
    struct bundle bundle;
    struct network network;    /* its signature is that of the steward key it names:
                                  compare the fingerprint with people */
    struct key32 steward_hash; /* SHA-256 of the steward key, for ids_fingerprint */
};
/* Read and judge a bundle's bytes without trusting it yet: strict form, the network
 * signed by its own steward key. */
MUST_USE bool home_bundle_get(struct span bytes, struct arena *arena,
        struct home_bundle *bundle, struct err *err);
/* The same for a file of at most HOME_BUNDLE_MAX bytes. The arena needs room for the
 * file and for what is decoded: HOME_BUNDLE_ARENA. */
MUST_USE bool home_bundle_read(const char *path, struct arena *arena,
        struct home_bundle *bundle, struct err *err);
enum { HOME_BUNDLE_ARENA = HOME_BUNDLE_MAX + BUNDLE_ARENA_BYTES };

/* Join: keep the bundle as HOME/network.bundle, after the person has confirmed the
 * steward's fingerprint. Refused with E_AUTH when no membership in it, signed by the
 * steward, names the identity and transport key of this home, and with E_DIRECTORY when
 * the home has joined another network. */
MUST_USE bool home_join(const struct home *home, const struct home_bundle *bundle,
        struct arena *arena, struct err *err);

/* A running program was handed a newer bundle and has taken all that holds of it: keep
 * it as HOME/network.bundle, whole or not at all, so that a lost store begins from the
 * newest. Nothing happens (and *kept is false) when its snapshot is not number
 * `serial`, the one in force: then it is an older one. */
MUST_USE bool home_keep_bundle(const struct home *home,
        const struct home_bundle *bundle, uint64_t serial, struct arena *arena,
        bool *kept, struct err *err);

/* The program reads the bundle it has joined with at each start; false with ERR_CONFIG
 * when it has not joined yet (says what to do). */
MUST_USE bool home_joined_bundle(const struct home *home, struct arena *arena,
        struct home_bundle *bundle, struct err *err);

#endif
