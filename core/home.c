/* home.c - making and opening the directory that a broker or a node lives in. */
#include "core/home.h"

#include <stdio.h>
#include <unistd.h>

#include "core/folder.h"
#include "core/hash.h"
#include "core/ids.h"
#include "core/lang.h"
#include "core/niss.h"
#include "core/signed.h"
#include "core/wire.h"

enum { PATH_BYTES = HOME_PATH_MAX + 32 };

static const char *role_word(enum role role)
{
    return role == ROLE_BROKER ? "broker" : "node";
}

/* HOME/a and b joined; the lengths were checked by home_paths. */
static void join_path(char out[PATH_BYTES], const char *home, const char *name,
        const char *ending)
{
    snprintf(out, PATH_BYTES, "%.*s/%s%s", HOME_PATH_MAX - 1, home, name, ending);
}

bool home_paths(const char *path, enum role role, struct home *home, struct err *err)
{
    const char *word = role_word(role);
    struct home out = {.role = role};
    char run[16];

    if (path == NULL || path[0] == '\0')
        return err_set(err, ERR_USAGE, "no home directory was named");
    if (strlen(path) + strlen("/run/broker.sock") > HOME_SOCKET_PATH_MAX)
        return err_set(err, E_SIZE,
                "the home directory's path is too long; a local socket in it can have "
                "%d bytes: %.60s...",
                HOME_SOCKET_PATH_MAX, path);
    snprintf(out.path, sizeof out.path, "%s", path);
    snprintf(run, sizeof run, "run/%s", word);
    join_path(out.conf, path, word, ".conf");
    join_path(out.request, path, word, ".request");
    join_path(out.bundle, path, "network", ".bundle");
    join_path(out.db, path, word, ".db");
    join_path(out.token, path, "cli", ".token");
    join_path(out.socket, path, run, ".sock");
    join_path(out.generation_key, path, "keys/generation", ".key");
    *home = out;
    return true;
}

/* ---- making ---- */

static bool check_wish(const struct home_wish *wish, struct err *err)
{
    if (!ids_partner_ok(wish->partner))
        return err_set(err, E_FIELD,
                "\"%.40s\" cannot be a partner name: 2 to 40 lower-case letters, digits "
                "and single hyphens",
                wish->partner);
    if (strcmp(wish->partner, DIRECTORY_STEWARD) == 0)
        return err_set(err, E_FIELD, "\"%s\" is the steward's name", wish->partner);
    if (wish->name == NULL || wish->name[0] == '\0')
        return err_set(err, E_FIELD, "the name as people call it is missing");
    if (niss_within(wish->name))
        return err_set(err, E_NISS, "a national number in the name");
    if (wish->role != ROLE_BROKER && wish->role != ROLE_NODE)
        return err_set(err, E_FIELD, "a home is that of a broker or of a node");
    if (wish->role == ROLE_BROKER &&
            (wish->address == NULL || !ids_address_ok(wish->address)))
        return err_set(err, E_FIELD,
                "a broker needs an address that nodes connect to: tcp://HOST:PORT, the port "
                "from 1 to 65535");
    return true;
}

/* Of a node or of a broker: the keys of the one have the names of those of the other.
 */
static bool check_free(const char *path, struct err *err)
{
    static const enum role ROLES[] = {ROLE_NODE, ROLE_BROKER};
    struct home home;

    for (size_t i = 0; i < COUNT_OF(ROLES); i++) {
        if (!home_paths(path, ROLES[i], &home, err))
            return false;
        if (access(home.request, F_OK) == 0)
            return err_set(err, E_DUPLICATE, "there is a %s home in %s already",
                    role_word(ROLES[i]), path);
    }
    return true;
}

static bool make_directories(const char *path, struct err *err)
{
    char keys[PATH_BYTES], run[PATH_BYTES];

    join_path(keys, path, "keys", "");
    join_path(run, path, "run", "");
    return folder_make(keys, 0700, err) && folder_make(run, 0750, err);
}

static bool save_conf(const struct home *home, const struct home_wish *wish,
        struct err *err)
{
    struct broker_conf broker;
    struct node_conf node;

    if (wish->role == ROLE_NODE) {
        if (!conf_load(NULL, NODE_KEYS, N_NODE_KEYS, &node, err))
            return false;
        return conf_save(home->conf, NODE_CONF_TITLE, NODE_KEYS, N_NODE_KEYS, &node,
                err);
    }
    if (!conf_load(NULL, BROKER_KEYS, N_BROKER_KEYS, &broker, err))
        return false;
    if (wish->listen != NULL)
        snprintf(broker.listen, sizeof broker.listen, "%s", wish->listen);
    else
        snprintf(broker.listen, sizeof broker.listen, "tcp://*%s",
                strrchr(wish->address, ':'));
    return conf_save(home->conf, BROKER_CONF_TITLE, BROKER_KEYS, N_BROKER_KEYS, &broker,
            err);
}

static bool save_request(const struct home *home, const struct home_wish *wish,
        struct err *err)
{
    struct join_request request = {
            .v = 1,
            .role = wish->role,
            .partner = wish->partner,
            .name = wish->name,
            .partner_type = wish->partner_type,
            .identity_key = *sign_key_public(home->identity),
            .transport_key = *box_key_public(home->transport),
            .address = wish->address != NULL ? wish->address : "",
            .areas = wish->areas,
            .n_areas = wish->n_areas,
            .created_ms = (uint64_t)wish->now_ms,
    };
    struct arena arena = arena_new((size_t)4 * HOME_REQUEST_MAX);
    struct span body, bytes;

    if (home->log_key != NULL)
        request.log_key = *sign_key_public(home->log_key);
    bool ok = wire_put_arena(&WIRE_JOIN_REQUEST, &request, &arena, &body, err) &&
              signed_make(wish->partner, home->identity, KIND_JOIN_REQUEST, body,
                      &arena, &bytes, err) &&
              keys_write_file(home->request, bytes, err);
    arena_free(&arena);
    return ok || err_wrap(err, "the request to join");
}

/* Fresh keys, kept in their files. */
static bool make_keys(struct home *home, struct err *err)
{
    char identity[PATH_BYTES], transport[PATH_BYTES], log_path[PATH_BYTES];

    join_path(identity, home->path, "keys/identity", ".key");
    join_path(transport, home->path, "keys/transport", ".key");
    join_path(log_path, home->path, "keys/log", ".key");
    home->identity = sign_key_new(err);
    if (home->identity == NULL || !sign_key_save(home->identity, identity, NULL, err))
        return false;
    home->transport = box_key_new(err);
    if (home->transport == NULL || !box_key_save(home->transport, transport, err))
        return false;
    if (home->role == ROLE_BROKER) {
        home->log_key = sign_key_new(err);
        return home->log_key != NULL &&
               sign_key_save(home->log_key, log_path, NULL, err);
    }
    home->generation = wrap_key_new(err);
    return home->generation != NULL &&
           wrap_key_save(home->generation, home->generation_key, NULL, err);
}

static bool make_token(const struct home *home, struct err *err)
{
    char token[KEYS_TOKEN_TEXT_BYTES];

    keys_token_new(token);
    bool ok = keys_write_file(home->token, span_text(token), err);
    hash_wipe(token, sizeof token);
    return ok;
}

bool home_init(const char *path, const struct home_wish *wish, struct err *err)
{
    struct home home;
    int taken;

    if (!check_wish(wish, err) || !home_paths(path, wish->role, &home, err) ||
            !folder_make(path, 0750, err) || !folder_take(path, &taken, err))
        return false;
    /* The request file comes last: what was left half made is simply made again. */
    bool ok = check_free(path, err) && make_directories(path, err) &&
              make_keys(&home, err) && make_token(&home, err) &&
              save_conf(&home, wish, err) && save_request(&home, wish, err);
    home_close(&home);
    close(taken);
    return ok;
}

/* ---- opening ---- */

bool home_read_token(const struct home *home, char token[KEYS_TOKEN_TEXT_BYTES],
        struct err *err)
{
    uint8_t text[KEYS_TOKEN_TEXT_BYTES];
    size_t len = 0;

    if (!keys_read_file(home->token, text, sizeof text, &len, err))
        return false;
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        len--;
    bool ok = len == KEYS_TOKEN_TEXT_BYTES - 1;
    if (ok) {
        memcpy(token, text, len);
        token[len] = '\0';
    }
    hash_wipe(text, sizeof text);
    return ok || err_set(err, ERR_KEY_FILE, "%s holds no token", home->token);
}

static bool load_keys(struct home *home, struct err *err)
{
    char path[PATH_BYTES];

    join_path(path, home->path, "keys/identity", ".key");
    home->identity = sign_key_load(path, NULL, err);
    if (home->identity == NULL)
        return false;
    join_path(path, home->path, "keys/transport", ".key");
    home->transport = box_key_load(path, err);
    if (home->transport == NULL)
        return false;
    if (home->role == ROLE_NODE) {
        home->generation = wrap_key_load(home->generation_key, err);
        return home->generation != NULL;
    }
    join_path(path, home->path, "keys/log", ".key");
    home->log_key = sign_key_load(path, NULL, err);
    return home->log_key != NULL;
}

/* The request file was written last: a home that has one is whole. */
static bool check_there(const struct home *home, struct err *err)
{
    const char *word = role_word(home->role);

    if (access(home->request, F_OK) == 0)
        return true;
    return err_set(err, ERR_CONFIG,
            "there is no %s home in %s (make one with: buurtbus %s init)", word,
            home->path, word);
}

bool home_open(const char *path, enum role role, struct home *home, struct err *err)
{
    struct home out;
    char token[KEYS_TOKEN_TEXT_BYTES];

    if (!home_paths(path, role, &out, err) || !check_there(&out, err))
        return false;
    if (!load_keys(&out, err) || !home_read_token(&out, token, err)) {
        home_close(&out);
        return false;
    }
    out.token_hash = keys_token_hash(token);
    hash_wipe(token, sizeof token);
    *home = out;
    return true;
}

void home_close(struct home *home)
{
    sign_key_free(home->identity);
    box_key_free(home->transport);
    sign_key_free(home->log_key);
    wrap_key_free(home->generation);
    *home = (struct home){0};
}

/* Said here, because the library that connects takes the rest of a port that is too
 * large, and waits there. */
static bool no_address(const struct home *home, const char *setting,
        const char *address, const char *port, struct err *err)
{
    return err_set(err, ERR_CONFIG,
            "%s: %s: '%.80s' is no address: tcp://HOST:PORT, the port %s", home->conf,
            setting, address, port);
}

bool home_broker_conf(const char *path, struct broker_conf *conf, struct err *err)
{
    struct home home;
    struct broker_conf out = {0};

    if (!home_paths(path, ROLE_BROKER, &home, err) || !check_there(&home, err) ||
            !conf_load(home.conf, BROKER_KEYS, N_BROKER_KEYS, &out, err))
        return false;
    if (!ids_listen_ok(out.listen))
        return no_address(&home, "listen", out.listen, "at most 65535", err);
    snprintf(out.home, sizeof out.home, "%s", path);
    *conf = out;
    return true;
}

bool home_node_conf(const char *path, struct node_conf *conf, struct err *err)
{
    struct home home;
    struct node_conf out = {0};
    enum lang lang;

    if (!home_paths(path, ROLE_NODE, &home, err) || !check_there(&home, err) ||
            !conf_load(home.conf, NODE_KEYS, N_NODE_KEYS, &out, err))
        return false;
    if (out.broker_address[0] != '\0' && !ids_address_ok(out.broker_address))
        return no_address(&home, "broker_address", out.broker_address,
                "from 1 to 65535", err);
    if (!lang_find(out.language, &lang))
        return err_set(err, ERR_CONFIG, "%s: language is nl, fr or en, not '%s'",
                home.conf, out.language);
    snprintf(out.home, sizeof out.home, "%s", path);
    *conf = out;
    return true;
}
