/* sandbox_network.c - founding the network of a sandbox, by the functions that a
 * steward's desk uses. */
#include <arpa/inet.h>
#include <stdio.h>
#include <unistd.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/steward.h"
#include "nodes/cli/sandbox.h"

const struct sandbox_partner SANDBOX_PARTNERS[N_SANDBOX_NODES] = {
        [SANDBOX_OWN] = {"mijn-dienst",    "Mijn dienst",           PARTNER_TYPE_HOMECARE},
        [SANDBOX_CENTRE] = {"ldc-proef",      "Dienstencentrum Proef", PARTNER_TYPE_LDC     },
        [SANDBOX_POINT] = {"meldpunt-proef", "Meldpunt Proef",        PARTNER_TYPE_MELDPUNT},
};

void sandbox_path(const struct sandbox *box, const char *name,
        char path[SANDBOX_PATH_BYTES])
{
    snprintf(path, SANDBOX_PATH_BYTES, "%s/%s", box->folder, name);
}

/* One that is free now, for the broker: its address is part of what is signed. */
static bool free_port(uint16_t *port, struct err *err)
{
    struct sockaddr_in name = {.sin_family = AF_INET};
    socklen_t len = sizeof name;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bool ok = fd >= 0 && bind(fd, (struct sockaddr *)&name, sizeof name) == 0 &&
              getsockname(fd, (struct sockaddr *)&name, &len) == 0;
    if (fd >= 0)
        close(fd);
    *port = ntohs(name.sin_port);
    return ok || err_set(err, ERR_IO, "there is no free port");
}

/* Make a home and hand its request to the steward. */
static bool admit(struct sandbox *box, struct steward *steward,
        const struct home_wish *wish, const char *name, struct err *err)
{
    char path[SANDBOX_PATH_BYTES], fingerprint[FINGERPRINT_TEXT_BYTES];
    struct join_request request;
    struct home home;
    struct span file;
    sandbox_path(box, name, path);
    return home_init(path, wish, err) && home_paths(path, wish->role, &home, err) &&
           file_read(home.request, HOME_REQUEST_MAX, &box->cli->arena, &file, err) &&
           steward_read_request(file, &box->cli->arena, &request, fingerprint, err) &&
           steward_admit(steward, &request, 0, box->cli->now_ms, err);
}

static bool join(struct sandbox *box, const struct steward *steward, enum role role,
        const char *name, struct err *err)
{
    char path[SANDBOX_PATH_BYTES];
    struct home home;
    struct home_bundle bundle;
    sandbox_path(box, name, path);
    if (!home_open(path, role, &home, err))
        return false;
    struct arena arena = arena_new(HOME_BUNDLE_ARENA);
    bool ok = home_bundle_read(steward_bundle_path(steward), &arena, &bundle, err) &&
              home_join(&home, &bundle, &arena, err);
    arena_free(&arena);
    home_close(&home);
    return ok;
}

static bool admit_broker(struct sandbox *box, struct steward *steward, struct err *err)
{
    char address[40];
    uint16_t port;
    if (!free_port(&port, err))
        return false;
    snprintf(address, sizeof address, "tcp://127.0.0.1:%u", port);
    const struct home_wish wish = {.role = ROLE_BROKER,
            .partner = "makelaar-proef",
            .name = "Makelaar Proef",
            .address = address,
            .listen = address,
            .now_ms = box->cli->now_ms};
    return admit(box, steward, &wish, "broker", err);
}

/* Whoever tries sees in seconds what comes of it when nobody answers. */
static bool hurry(const struct sandbox *box, struct err *err)
{
    static const char LIMITS[] = "\ntimers \"" SANDBOX_HURRIED_AREA "\" {\n"
                                 "    on_device_routine = 2s\n"
                                 "    seen_routine = 4s\n"
                                 "    decision_routine = 8s\n"
                                 "    confirm_routine = 8s\n"
                                 "}\n";
    char path[SANDBOX_PATH_BYTES];
    sandbox_path(box, "broker/broker.conf", path);
    FILE *file = fopen(path, "ae");
    bool ok = file != NULL && fputs(LIMITS, file) >= 0;
    if (file != NULL)
        ok = fclose(file) == 0 && ok;
    return ok || err_set(err, ERR_IO, "%.150s cannot be written", path);
}

static bool admit_all(struct sandbox *box, struct steward *steward, struct err *err)
{
    static const char *const areas[] = {SANDBOX_AREA, SANDBOX_HURRIED_AREA};
    bool ok = admit_broker(box, steward, err) && hurry(box, err);
    for (size_t i = 0; ok && i < N_SANDBOX_NODES; i++) {
        const struct sandbox_partner *partner = &SANDBOX_PARTNERS[i];
        const struct home_wish wish = {.role = ROLE_NODE,
                .partner = partner->id,
                .name = partner->name,
                .partner_type = partner->type,
                .areas = areas,
                .n_areas = COUNT_OF(areas),
                .now_ms = box->cli->now_ms};
        ok = admit(box, steward, &wish, partner->id, err);
    }
    ok = ok && steward_publish(steward, box->cli->now_ms, err) &&
         join(box, steward, ROLE_BROKER, "broker", err);
    for (size_t i = 0; ok && i < N_SANDBOX_NODES; i++)
        ok = join(box, steward, ROLE_NODE, SANDBOX_PARTNERS[i].id, err);
    return ok;
}

bool sandbox_found(struct sandbox *box, struct err *err)
{
    char path[SANDBOX_PATH_BYTES], passphrase[KEYS_TOKEN_TEXT_BYTES];
    sandbox_path(box, "steward", path);
    /* Nobody is admitted later, so nobody has to know it. */
    keys_token_new(passphrase);
    struct steward *steward =
            steward_found(path, "proeftuin", passphrase, box->cli->now_ms, err);
    hash_wipe(passphrase, sizeof passphrase);
    bool ok = steward != NULL && admit_all(box, steward, err);
    steward_free(steward);
    return ok;
}
