/* network.c - founding a network the way its people do, with the same functions as the
 * command line. */
#include "tests/network.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "core/bundle.h"
#include "core/vocab.h"
#include "tests/temp.h"

enum { ARENA_BYTES = HOME_BUNDLE_ARENA, TABLE_BYTES = 32768, TABLE_AREAS_MAX = 400 };

void network_must(bool ok, const char *what, const struct err *err)
{
    if (ok)
        return;
    fprintf(stderr, "not ok - %s: %s %s\n", what, err ? code_name(err->code) : "",
            err ? err->msg : "");
    exit(1);
}

void network_home(const struct test_network *network, const char *id,
        char path[NETWORK_PATH_BYTES])
{
    if (snprintf(path, NETWORK_PATH_BYTES, "%s/%s", network->folder, id) >=
            NETWORK_PATH_BYTES)
        abort();
}

void network_set(const struct test_network *network, const char *id, const char *key,
        const char *value)
{
    char path[NETWORK_PATH_BYTES + 32], home[NETWORK_PATH_BYTES];
    char line[NETWORK_PATH_BYTES];
    size_t len = 0;

    network_home(network, id, home);
    snprintf(path, sizeof path, "%s/%s.conf", home,
            strcmp(id, NETWORK_BROKER) == 0 ? "broker" : "node");
    char *text = (char *)temp_read(path, &len);
    FILE *file = text != NULL ? fopen(path, "wb") : NULL;
    network_must(file != NULL, path, NULL);
    snprintf(line, sizeof line, "%s = ", key);
    /* Every line but the one of this key, and then the new one. */
    for (char *at = text, *end; *at != '\0'; at = end) {
        end = strchr(at, '\n');
        end = end != NULL ? end + 1 : at + strlen(at);
        if (strncmp(at, line, strlen(line)) != 0)
            fwrite(at, 1, (size_t)(end - at), file);
    }
    fprintf(file, "%s\"%s\"\n", line, value);
    fclose(file);
    free(text);
}

static void make_folder(struct test_network *network)
{
    /* In memory where there is such a place: thousands of homes come and go. */
    const char *root = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : P_tmpdir;

    if (getenv("TMPDIR") != NULL)
        root = getenv("TMPDIR");
    snprintf(network->folder, sizeof network->folder, "%s/bb-XXXXXX", root);
    network_must(mkdtemp(network->folder) != NULL, "a temporary folder", NULL);
}

void network_forget(struct test_network *network)
{
    nftw(network->folder, temp_forget, 16, FTW_DEPTH | FTW_PHYS);
}

static void admit(const struct test_network *network, struct steward *steward,
        const char *id, const char *request_name, struct arena *arena, int64_t now_ms)
{
    char home[NETWORK_PATH_BYTES], path[NETWORK_PATH_BYTES + 32];
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    struct join_request request;
    struct err err = {.code = CODE_OK};
    size_t len = 0;

    network_home(network, id, home);
    snprintf(path, sizeof path, "%s/%s", home, request_name);
    uint8_t *file = temp_read(path, &len);
    network_must(file != NULL, path, NULL);
    network_must(steward_read_request((struct span){file, len}, arena, &request,
                         fingerprint, &err),
            "read a request", &err);
    network_must(steward_admit(steward, &request, 0, now_ms, &err), "admit", &err);
    free(file);
    arena_reset(arena, 0);
}

static void make_home(struct test_network *network, const char *id, enum role role,
        uint16_t type, int64_t now_ms)
{
    static const char *const areas[] = {"21004", "11002"};
    char path[NETWORK_PATH_BYTES];
    struct err err = {.code = CODE_OK};
    const struct home_wish wish = {.role = role,
            .partner = id,
            .name = id,
            .partner_type = type,
            .address = role == ROLE_BROKER ? network->address : NULL,
            .listen = role == ROLE_BROKER ? network->address : NULL,
            .areas = areas,
            .n_areas = COUNT_OF(areas),
            .now_ms = now_ms};

    network_home(network, id, path);
    network_must(home_init(path, &wish, &err), "make a home", &err);
}

static void join(const struct test_network *network, const char *id, enum role role,
        struct arena *arena)
{
    char path[NETWORK_PATH_BYTES], file[NETWORK_PATH_BYTES + 32];
    struct err err = {.code = CODE_OK};
    struct home home;
    struct home_bundle bundle;

    network_home(network, id, path);
    snprintf(file, sizeof file, "%s/steward/network.bundle", network->folder);
    network_must(home_open(path, role, &home, &err), "open a home", &err);
    network_must(home_bundle_read(file, arena, &bundle, &err), "read the bundle", &err);
    network_must(home_join(&home, &bundle, arena, &err), "join", &err);
    home_close(&home);
    arena_reset(arena, 0);
}

static void set_areas(struct steward *steward, const char *areas, const char *sectors,
        int64_t now_ms)
{
    char texts[2][TABLE_BYTES];
    struct arena arena = arena_new(ARENA_BYTES);
    struct steward_table table;
    struct table_trouble trouble;
    struct area_change changes[TABLE_AREAS_MAX];
    struct err err = {.code = CODE_OK};

    snprintf(texts[0], sizeof texts[0], "nis\tnl\tfr\ten\tvalid_from\tvalid_until\n%s",
            areas);
    snprintf(texts[1], sizeof texts[1],
            "sector\tnis\tname\tvalid_from\tvalid_until\n%s", sectors);
    network_must(steward_table_read(span_text(texts[0]), span_text(texts[1]), &arena,
                         &table, &trouble, &err) &&
                         table.n_areas <= TABLE_AREAS_MAX &&
                         steward_set_areas(steward, &table, true, now_ms, changes,
                                 &trouble, &err),
            "set the tables of areas", &err);
    arena_free(&arena);
}

void network_areas(const struct test_network *network, const char *areas,
        const char *sectors, int64_t now_ms)
{
    char path[NETWORK_PATH_BYTES];
    struct err err = {.code = CODE_OK};

    network_home(network, "steward", path);
    struct steward *steward = steward_open(path, NETWORK_PASSPHRASE, &err);
    network_must(steward != NULL, "open the steward's home", &err);
    set_areas(steward, areas, sectors, now_ms);
    steward_free(steward);
}

void network_found(struct test_network *network, const char *address,
        const struct network_partner *partners, size_t n_partners,
        const struct network_antenna *antenna, int64_t now_ms)
{
    struct arena arena = arena_new(ARENA_BYTES);
    struct err err = {.code = CODE_OK};
    char path[NETWORK_PATH_BYTES];

    *network = (struct test_network){.n_partners = n_partners};
    snprintf(network->address, sizeof network->address, "%s", address);
    memcpy(network->partners, partners, n_partners * sizeof *partners);
    make_folder(network);
    network_home(network, "steward", path);
    struct steward *steward =
            steward_found(path, "proefnet", NETWORK_PASSPHRASE, now_ms, &err);
    network_must(steward != NULL, "found a network", &err);
    set_areas(steward, NETWORK_AREAS, NETWORK_SECTORS, now_ms);
    make_home(network, NETWORK_BROKER, ROLE_BROKER, PARTNER_TYPE_ADMIN, now_ms);
    admit(network, steward, NETWORK_BROKER, "broker.request", &arena, now_ms);
    for (size_t i = 0; i < n_partners; i++) {
        make_home(network, partners[i].id, ROLE_NODE, partners[i].type, now_ms);
        admit(network, steward, partners[i].id, "node.request", &arena, now_ms);
    }
    if (antenna != NULL)
        network_must(steward_admit_supported(steward, antenna->id, antenna->id,
                             PARTNER_TYPE_ANTENNA, partners[antenna->supporter].id,
                             now_ms, &err),
                "admit an antenna", &err);
    steward_free(steward);
    join(network, NETWORK_BROKER, ROLE_BROKER, &arena);
    for (size_t i = 0; i < n_partners; i++)
        join(network, partners[i].id, ROLE_NODE, &arena);
    arena_free(&arena);
}

void network_admit(struct test_network *network, const struct network_partner *partner,
        int64_t now_ms)
{
    struct arena arena = arena_new(ARENA_BYTES);
    struct err err = {.code = CODE_OK};
    char path[NETWORK_PATH_BYTES];

    network_must(network->n_partners < NETWORK_PARTNERS_MAX, "one more partner", NULL);
    network_home(network, "steward", path);
    struct steward *steward = steward_open(path, NETWORK_PASSPHRASE, &err);
    network_must(steward != NULL, "open the steward's home", &err);
    make_home(network, partner->id, ROLE_NODE, partner->type, now_ms);
    admit(network, steward, partner->id, "node.request", &arena, now_ms);
    steward_free(steward);
    join(network, partner->id, ROLE_NODE, &arena);
    arena_free(&arena);
    network->partners[network->n_partners++] = *partner;
}

static const char *copy_to;
static size_t copy_from_len;

static int copy_one(const char *path, const struct stat *info, int type,
        struct FTW *where)
{
    char to[512];

    (void)where;
    snprintf(to, sizeof to, "%s%s", copy_to, path + copy_from_len);
    if (type == FTW_D)
        return mkdir(to, info->st_mode & 07777);
    size_t len = 0;
    uint8_t *bytes = temp_read(path, &len);
    FILE *file = bytes != NULL ? fopen(to, "wb") : NULL;
    bool done = file != NULL && fwrite(bytes, 1, len, file) == len &&
                fchmod(fileno(file), info->st_mode & 07777) == 0;
    if (file != NULL)
        fclose(file);
    free(bytes);
    return done ? 0 : -1;
}

static void copy_home(const struct test_network *network, const char *id)
{
    char path[NETWORK_PATH_BYTES];

    network_home(network, id, path);
    network_must(nftw(path, copy_one, 16, FTW_PHYS) == 0, "copy a home", NULL);
}

void network_copy(const struct test_network *network, struct test_network *copy)
{
    *copy = *network;
    make_folder(copy);
    copy_to = copy->folder;
    copy_from_len = strlen(network->folder);
    copy_home(network, "steward");
    copy_home(network, NETWORK_BROKER);
    for (size_t i = 0; i < network->n_partners; i++)
        copy_home(network, network->partners[i].id);
}

uint8_t *network_bundle(const struct test_network *network, size_t *len)
{
    char path[NETWORK_PATH_BYTES + 32];

    snprintf(path, sizeof path, "%s/steward/network.bundle", network->folder);
    uint8_t *bytes = temp_read(path, len);
    network_must(bytes != NULL, "read the bundle", NULL);
    return bytes;
}

static void admit_again(const struct test_network *network, const char *id,
        const struct key32 *identity, int64_t until_ms, int64_t now_ms)
{
    char home[NETWORK_PATH_BYTES], path[NETWORK_PATH_BYTES + 32];
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    struct arena arena = arena_new(ARENA_BYTES);
    struct join_request request;
    struct err err = {.code = CODE_OK};
    size_t len = 0;

    network_home(network, id, home);
    snprintf(path, sizeof path, "%s/node.request", home);
    uint8_t *file = temp_read(path, &len);
    network_must(file != NULL, path, NULL);
    network_must(steward_read_request((struct span){file, len}, &arena, &request,
                         fingerprint, &err),
            "read a request", &err);
    if (identity != NULL)
        request.identity_key = *identity;
    network_home(network, "steward", path);
    struct steward *steward = steward_open(path, NETWORK_PASSPHRASE, &err);
    network_must(steward != NULL, "open the steward's home", &err);
    network_must(steward_admit(steward, &request, until_ms, now_ms, &err), "admit",
            &err);
    steward_free(steward);
    free(file);
    arena_free(&arena);
}

void network_rotate(const struct test_network *network, const char *id,
        const struct key32 *identity, int64_t now_ms)
{
    admit_again(network, id, identity, 0, now_ms);
}

void network_until(const struct test_network *network, const char *id, int64_t until_ms,
        int64_t now_ms)
{
    admit_again(network, id, NULL, until_ms, now_ms);
}

void network_revoke(const struct test_network *network, const char *id, int64_t now_ms)
{
    char path[NETWORK_PATH_BYTES];
    struct err err = {.code = CODE_OK};

    network_home(network, "steward", path);
    struct steward *steward = steward_open(path, NETWORK_PASSPHRASE, &err);
    network_must(steward != NULL, "open the steward's home", &err);
    network_must(steward_revoke(steward, id, "left the test", now_ms, &err), "revoke",
            &err);
    steward_free(steward);
}

void network_publish(const struct test_network *network, int64_t now_ms)
{
    char path[NETWORK_PATH_BYTES];
    struct err err = {.code = CODE_OK};

    network_home(network, "steward", path);
    struct steward *steward = steward_open(path, NETWORK_PASSPHRASE, &err);
    network_must(steward != NULL, "open the steward's home", &err);
    network_must(steward_publish(steward, now_ms, &err), "publish", &err);
    steward_free(steward);
}
