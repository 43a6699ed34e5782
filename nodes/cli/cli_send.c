/* cli_send.c - one question to the program of a home, and what became of it. */
#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "adapters/gate.h"
#include "core/hash.h"
#include "core/ids.h"
#include "core/keys.h"
#include "nodes/cli/cli.h"

enum {
    AGAIN_WAIT_MS = 5000,   /* for the one more time that a question is asked */
    PENDING_FIRST_MS = 100, /* waits before a step is tried again, doubled each time */
    PENDING_LAST_MS = 1600,
};

/* --- whose home --- */

static bool is_there(const char *path, enum role role)
{
    struct home home;
    struct err none = {0};
    return home_paths(path, role, &home, &none) && access(home.request, F_OK) == 0;
}

const char *cli_home_path(const struct cli *cli, enum role role)
{
    if (cli->home != NULL)
        return cli->home;
    return role == ROLE_BROKER ? HOME_OF_BROKER : HOME_OF_NODE;
}

bool cli_home(const struct cli *cli, struct home *home)
{
    struct err err = {0};
    enum role role = cli->command->home == COMMAND_BROKER ? ROLE_BROKER : ROLE_NODE;
    const char *path = cli_home_path(cli, role);
    /* `status`, `doctor`, `backup` are for whatever lives in the home that was named.
     */
    if (role == ROLE_NODE && !is_there(path, ROLE_NODE) &&
            is_there(path, ROLE_BROKER)) {
        if (cli->command->home == COMMAND_NODE) {
            (void)cli_fail_words(cli, code_name(ERR_CONFIG),
                    cli_words(cli, TEXT_HOME_OF_BROKER), path);
            return false;
        }
        role = ROLE_BROKER;
    }
    if (!is_there(path, role)) {
        /* To who may not look into it there seems to be nothing. */
        bool closed = access(path, X_OK) != 0 && errno == EACCES;
        (void)cli_fail_words(cli, code_name(closed ? ERR_AWAY : ERR_CONFIG),
                cli_words(cli, closed ? TEXT_HOME_CLOSED : TEXT_NO_HOME), path);
        return false;
    }
    if (home_paths(path, role, home, &err))
        return true;
    (void)cli_fail(cli, &err);
    return false;
}

/* --- asking --- */

/* A socket whose program was killed still lies there; then nothing would ever answer.
 */
bool cli_listens(const struct home *home)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    size_t len = strlen(home->socket);
    if (len < sizeof address.sun_path)
        memcpy(address.sun_path, home->socket, len);
    bool refused = fd < 0 || (connect(fd, (const struct sockaddr *)&address,
                                      sizeof address) != 0 &&
                                     (errno == ECONNREFUSED || errno == ENOENT));
    if (fd >= 0)
        close(fd);
    return !refused;
}

static int tell_away(const struct cli *cli, const struct home *home, bool asked,
        const char *key)
{
    char sentence[CLI_WORDS_BYTES];
    enum text_id text = home->role == ROLE_BROKER ? TEXT_AWAY_BROKER : TEXT_AWAY_NODE;
    if (asked)
        text = TEXT_NO_ANSWER;
    cli_fill_words(sentence, sizeof sentence, cli_words(cli, text),
            asked ? key : home->path, NULL);
    return cli_fail_words(cli, code_name(ERR_AWAY), sentence, "");
}

/* The same key for every time that this question is asked, so that it is done once. */
static void make_key(struct cli *cli)
{
    struct id id;
    hash_random(&id, sizeof id);
    if (cli->idempotency_key != NULL)
        return;
    /* Not in the arena, which is emptied between two questions of one command. */
    ids_text(&id, cli->made_key);
    cli->idempotency_key = cli->made_key;
}

static bool ask(struct cli *cli, const struct home *home, const struct request *request,
        struct reply *reply, struct err *err)
{
    struct gate *gate = gate_new(home->socket, err);
    if (gate == NULL)
        return false;
    size_t used = cli->arena.used;
    bool backup = request->backup != NULL;
    bool ok = gate_ask(gate, request, backup ? GATE_BACKUP_WAIT_MS : GATE_WAIT_MS,
            &cli->arena, reply, err);
    if (!ok && err->code == ERR_AWAY && !backup) {
        arena_reset(&cli->arena, used);
        ok = gate_ask(gate, request, AGAIN_WAIT_MS, &cli->arena, reply, err);
    }
    gate_free(gate);
    return ok;
}

/* The reply, whatever it says; 0, or the status after the person was told why there is
 * none. */
static int exchange(struct cli *cli, struct request *request, struct reply *reply)
{
    struct home home;
    struct err err = {0};
    char token[KEYS_TOKEN_TEXT_BYTES];
    if (!cli_home(cli, &home))
        return EXIT_COULD_NOT;
    if (access(home.socket, F_OK) != 0 || !cli_listens(&home))
        return tell_away(cli, &home, false, NULL);
    if (!home_read_token(&home, token, &err))
        return cli_fail(cli, &err);
    make_key(cli);
    request->v = 1;
    request->token = token;
    request->actor = cli->actor;
    request->idempotency_key = cli->idempotency_key;
    request->lang = lang_tag(cli->lang);
    bool ok = ask(cli, &home, request, reply, &err);
    hash_wipe(token, sizeof token);
    request->token = "";
    if (ok)
        return EXIT_OK;
    if (err.code == ERR_AWAY)
        return tell_away(cli, &home, true, cli->idempotency_key);
    return cli_fail(cli, &err);
}

/* --- telling --- */

/* Does the message of this flag lie in that of another flag, as a field of this name
 * (len 0: of any name)? */
static bool lies_in(const struct cli *cli, const struct flag *flag, const char *name,
        size_t len)
{
    for (size_t i = 0; i < cli->command->n_flags; i++) {
        const struct wire_map *map = cli->command->flags[i].map;
        for (size_t k = 0; map != NULL && k < wire_field_count(map); k++) {
            struct wire_field field = wire_field_at(map, k);
            if (field.sub == flag->map &&
                    (len == 0 || (strncmp(field.name, name, len) == 0 &&
                                         field.name[len] == '\0')))
                return true;
        }
    }
    return false;
}

/* A place that takes one thing or another has the names of both: "case_number|msg_id".
 */
static bool fills(const struct flag *flag, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = flag->field; at != NULL; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, name, len) == 0 && (at[len] == '\0' || at[len] == '|'))
            return true;
    }
    return false;
}

/* The flag that fills the field of an issue ("referral.person.name" is --name); the
 * field itself when it can only stand in a file. False when the person cannot give it
 * at all: then its name in the program says nothing to them. Two messages of a command
 * may have a field of the same name: the one counts that lies where the issue says. */
static bool issue_name(const struct cli *cli, const char *field,
        char name[CLI_NAME_BYTES])
{
    const char *dot = strrchr(field, '.');
    const char *last = dot != NULL ? dot + 1 : field;
    const char *parent = field;
    for (const char *at = field; dot != NULL && at < dot; at++)
        parent = *at == '.' ? at + 1 : parent;
    bool right = false, named = cli_value(cli, "from-file") != NULL;
    snprintf(name, CLI_NAME_BYTES, "%s", field);
    for (size_t i = 0; i < cli->command->n_flags && !right; i++) {
        const struct flag *flag = &cli->command->flags[i];
        if (!fills(flag, last))
            continue;
        cli_flag_text(flag, name);
        named = true;
        right = dot != NULL ? lies_in(cli, flag, parent, (size_t)(dot - parent))
                            : !lies_in(cli, flag, "", 0);
    }
    return named;
}

static int tell_refusal(const struct cli *cli, const struct reply *reply)
{
    enum code code = code_find(reply->code);
    int status = code != N_CODES ? code_exit(code) : EXIT_REFUSED;
    const char *sentence = reply->sentence;
    if (cli->json)
        return cli_json_reply(cli, reply) ? status : EXIT_COULD_NOT;
    if (sentence[0] == '\0' && code != N_CODES)
        sentence = code_sentence(code, cli->lang);
    char line[CLI_WORDS_BYTES], name[CLI_NAME_BYTES], code_text[CLI_NAME_BYTES];
    fprintf(cli->err, "%s (%s)\n", cli_clean(line, sizeof line, sentence),
            cli_clean(code_text, sizeof code_text, reply->code));
    for (size_t i = 0; i < reply->n_issues; i++) {
        bool named = issue_name(cli, reply->issues[i].field, name);
        fprintf(cli->err, "  %s%s%s\n",
                named ? cli_clean(code_text, sizeof code_text, name) : "",
                named ? ": " : "",
                cli_clean(line, sizeof line, reply->issues[i].words));
    }
    if (!id_is_none(&reply->decision)) {
        ids_text(&reply->decision, name);
        fprintf(cli->err, "%s\n",
                cli_fill_words(line, sizeof line, cli_words(cli, TEXT_WHY_REFUSED),
                        name, NULL));
    }
    return status;
}

/* Is the step before this one still on its way to the broker? Then it is soon done. */
static bool is_pending(const struct request *request, const struct reply *reply)
{
    return request->act != NULL && strcmp(reply->code, code_name(E_PENDING)) == 0;
}

static void wait_ms(long ms)
{
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

int cli_send_quiet(struct cli *cli, struct request *request, struct reply *reply)
{
    int status = exchange(cli, request, reply);
    for (long ms = PENDING_FIRST_MS;
            status == EXIT_OK && is_pending(request, reply) && ms <= PENDING_LAST_MS;
            ms *= 2) {
        wait_ms(ms);
        status = exchange(cli, request, reply);
    }
    if (status != EXIT_OK)
        return status;
    return reply->code[0] == '\0' ? EXIT_OK : tell_refusal(cli, reply);
}

int cli_send(struct cli *cli, struct request *request, struct reply *reply)
{
    int status = cli_send_quiet(cli, request, reply);
    if (status != EXIT_OK || !cli->json)
        return status;
    return cli_json_reply(cli, reply) ? EXIT_OK : EXIT_COULD_NOT;
}

bool cli_list(struct cli *cli, const struct form *form, struct request *request,
        struct reply *reply, int *status)
{
    *status = EXIT_USAGE;
    if (!cli_fill(cli, form, form != NULL ? 1 : 0))
        return false;
    *status = cli_send(cli, request, reply);
    return *status == EXIT_OK && !cli->json;
}

int cli_none(const struct cli *cli, enum text_id none)
{
    cli_say(cli, none, NULL, NULL);
    return EXIT_OK;
}
