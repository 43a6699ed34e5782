/* cmd_status.c - how a node or broker is: status, doctor, backup. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/hash.h"
#include "nodes/cli/cli.h"

enum {
    CHECKS_MAX = 8,
    CHECK_COLUMNS = 3,
    ROOM_MIN_MIB = 100,
    BACKUP_PATH_MAX = 255,
    MIB = 1024 * 1024,
    LOCK_BYTES_START = 0x40000000, /* where SQLite takes its locks */
    LOCK_BYTES = 512,
};

/* clang-format off */
static const struct flag DOCTOR[] = {
        {"full", FLAG_SWITCH, FLAG_OPTIONAL, TEXT_F_FULL, &WIRE_GET_DOCTOR, "full"},
};
static const struct flag BACKUP[] = {
        {"DIRECTORY", FLAG_DIRECTORY, FLAG_REQUIRED, TEXT_F_BACKUP, NULL, NULL},
        {"passphrase-file", FLAG_FILE, FLAG_OPTIONAL, TEXT_F_PASSPHRASE_FILE, NULL, NULL},
};
/* clang-format on */

/* --- status --- */

static void put_count(struct cli *cli, enum text_id label, uint64_t n)
{
    cli_line(cli, label, cli_number(cli, n));
}

/* Who has been answered need not be told what to do. */
static enum text_id words_of_end(const struct partnership_end *end)
{
    if (end->over)
        return TEXT_PARTNERSHIP_OVER;
    if (end->todo != NULL && strcmp(end->todo, "agree") == 0)
        return TEXT_PARTNERSHIP_ENDS;
    if (end->todo != NULL && strcmp(end->todo, "wait") == 0)
        return TEXT_PARTNERSHIP_ENDS_WAIT;
    return TEXT_PARTNERSHIP_ENDS_SOON;
}

/* What people must look after. */
static void put_open(struct cli *cli, const struct status *status)
{
    enum code wrong = code_find(status->audit_code);
    if (status->audit_code[0] != '\0')
        cli_line(cli, TEXT_L_FOUND,
                wrong < N_CODES ? code_sentence(wrong, cli->lang) : status->audit_code);
    if (status->withdrawals_open > 0)
        cli_line(cli, TEXT_L_WITHDRAWALS_OPEN,
                cli_format(cli, TEXT_WITHDRAWALS_OPEN,
                        cli_number(cli, status->withdrawals_open),
                        cli_moment(cli, status->withdrawals_since_ms)));
    if (status->consents_ended_live > 0)
        cli_line(cli, TEXT_L_CONSENT,
                cli_format(cli, TEXT_CONSENTS_ENDED_LIVE,
                        cli_number(cli, status->consents_ended_live), NULL));
    if (status->consents_ending > 0)
        cli_line(cli, TEXT_L_CONSENT,
                cli_format(cli, TEXT_CONSENTS_ENDING,
                        cli_number(cli, status->consents_ending), NULL));
    if (status->supply_ends > 0)
        cli_line(cli, TEXT_L_SUPPLY_ENDS,
                cli_format(cli, TEXT_SUPPLY_ENDS, cli_number(cli, status->supply_ends),
                        NULL));
    for (size_t i = 0; i < status->n_erase_missing; i++) {
        const struct missing_erase *missing = &status->erase_missing[i];
        cli_line(cli, TEXT_L_ERASE_MISSING,
                cli_format(cli, missing->guard ? TEXT_ERASE_GUARD : TEXT_ERASE_MISSING,
                        missing->partner, cli_moment(cli, missing->since_ms)));
    }
    cli_line(cli, TEXT_L_DATA_PROTECTION, status->data_protection);
    for (size_t i = 0; i < status->n_partnerships_end; i++) {
        const struct partnership_end *end = &status->partnerships_end[i];
        cli_line(cli, TEXT_L_PARTNERSHIP,
                cli_format(cli, words_of_end(end), end->partner,
                        cli_day(cli, end->until_day)));
    }
    for (size_t i = 0; i < status->n_partnerships_to_agree; i++)
        cli_line(cli, TEXT_L_PARTNERSHIP,
                cli_format(cli, TEXT_PARTNERSHIP_ASKS, status->partnerships_to_agree[i],
                        NULL));
}

static void put_status(struct cli *cli, const struct status *status, bool broker)
{
    cli_line(cli, TEXT_L_PARTNER, status->partner);
    cli_line(cli, TEXT_L_NETWORK_NAME, status->network);
    cli_line(cli, TEXT_L_PROGRAM, status->program);
    cli_line(cli, TEXT_L_LISTENS, status->address);
    if (!broker)
        cli_line(cli, TEXT_L_CONNECTED,
                cli_words(cli, status->connected ? TEXT_YES : TEXT_NO));
    cli_line(cli, TEXT_L_LINK, status->link_words);
    cli_line(cli, TEXT_L_LAST_CONTACT, cli_moment(cli, status->last_contact_ms));
    if (broker) {
        put_count(cli, TEXT_L_CONNECTIONS, status->connections);
        put_count(cli, TEXT_L_WAITING, status->letters_waiting);
        put_count(cli, TEXT_L_STUCK, status->escalations_open);
        if (status->gaps > 0)
            cli_line(cli, TEXT_L_GAPS,
                    cli_format(cli, TEXT_GAPS_SEE, cli_number(cli, status->gaps),
                            NULL));
    } else {
        put_count(cli, TEXT_L_OUTBOX, status->outbox);
        put_count(cli, TEXT_L_UNREAD, status->unread);
        put_count(cli, TEXT_L_TO_DECIDE, status->to_decide);
        if (status->escalations > 0)
            cli_line(cli, TEXT_L_ESCALATIONS,
                    cli_format(cli, TEXT_ESCALATIONS_LATE,
                            cli_number(cli, status->escalations),
                            cli_number(cli, status->escalations_late)));
        if (status->signals_waiting > 0)
            cli_line(cli, TEXT_L_SIGNALS_WAITING,
                    cli_format(cli, TEXT_SIGNALS_LATE,
                            cli_number(cli, status->signals_waiting),
                            cli_number(cli, status->signals_late)));
        if (status->asks_taken > 0)
            put_count(cli, TEXT_L_ASKS_TAKEN, status->asks_taken);
        if (status->quarantined > 0)
            put_count(cli, TEXT_L_QUARANTINED, status->quarantined);
        if (status->violations > 0)
            put_count(cli, TEXT_L_VIOLATIONS, status->violations);
        put_open(cli, status);
    }
    if (status->faults > 0)
        cli_line(cli, TEXT_L_FAULTS,
                cli_format(cli, TEXT_FAULTS, cli_number(cli, status->faults),
                        cli_moment(cli, status->checked_ms)));
    put_count(cli, TEXT_L_MEMBERS, status->members);
    /* None is as old as can be. */
    cli_line(cli, TEXT_L_DIRECTORY,
            status->directory_age_days == UINT32_MAX
                    ? cli_words(cli, TEXT_DIRECTORY_NONE)
                    : cli_format(cli, TEXT_DIRECTORY_DAYS,
                              cli_number(cli, status->directory_serial),
                              cli_number(cli, status->directory_age_days)));
    cli_line(cli, TEXT_L_DB,
            cli_format(cli, TEXT_MIB,
                    cli_number(cli, (status->db_bytes + MIB - 1) / MIB), NULL));
}

static int run_status(struct cli *cli)
{
    const struct get_status get = {0};
    struct request request = {.status = &get};
    struct reply reply;
    struct home home;
    if (!cli_home(cli, &home))
        return EXIT_COULD_NOT;
    int status = cli_send(cli, &request, &reply);
    if (status == EXIT_OK && !cli->json && reply.status != NULL)
        put_status(cli, reply.status, home.role == ROLE_BROKER);
    return status;
}

/* --- doctor --- */

struct checks {
    struct check list[CHECKS_MAX];
    const char *notes[CHECKS_MAX + 1]; /* of each row of the table, its head first */
    size_t n;
};

static void add_check(struct checks *checks, const char *name, bool ok,
        const char *words)
{
    if (checks->n < CHECKS_MAX)
        checks->list[checks->n++] =
                (struct check){.name = name, .ok = ok, .words = words};
}

/* What is wrong in the language of who reads; what exactly, in the words of the program
 * below it. */
static void add_fault(struct cli *cli, struct checks *checks, const char *name,
        const char *sentence, const struct err *err)
{
    char words[CLI_WORDS_BYTES];
    const char *exactly = cli_format(cli, TEXT_AS_IS,
            cli_in_our_words(cli, err->msg, words, sizeof words), NULL);
    add_check(checks, name, false,
            cli->json ? cli_format(cli, TEXT_UNIT_TWO, sentence, exactly) : sentence);
    checks->notes[checks->n] = exactly;
}

/* Every key is read, its mode and owner judged, its check sum verified. */
static void check_keys(struct cli *cli, const struct home *home, struct checks *checks)
{
    struct home opened;
    struct err err = {0};
    if (!home_open(home->path, home->role, &opened, &err)) {
        add_fault(cli, checks, "keys", code_sentence(err.code, cli->lang), &err);
        return;
    }
    home_close(&opened);
    add_check(checks, "keys", true, cli_words(cli, TEXT_CHECK_KEYS));
}

static void check_conf(struct cli *cli, const struct home *home, struct checks *checks)
{
    struct broker_conf broker;
    struct node_conf node;
    struct err err = {0};
    bool ok = home->role == ROLE_BROKER ? home_broker_conf(home->path, &broker, &err)
                                        : home_node_conf(home->path, &node, &err);
    if (ok)
        add_check(checks, "settings", true, cli_words(cli, TEXT_CHECK_CONF));
    else
        add_fault(cli, checks, "settings", code_sentence(err.code, cli->lang), &err);
}

static void check_bundle(struct cli *cli, const struct home *home,
        struct checks *checks)
{
    struct arena arena = arena_new(HOME_BUNDLE_ARENA);
    struct home_bundle bundle;
    struct err err = {0};
    if (access(home->bundle, F_OK) != 0)
        add_check(checks, "bundle", false,
                cli_format(cli, TEXT_CHECK_NOT_JOINED, strrchr(home->request, '/') + 1,
                        NULL));
    else if (home_joined_bundle(home, &arena, &bundle, &err))
        add_check(checks, "bundle", true,
                cli_format(cli, TEXT_CHECK_BUNDLE, bundle.network.name, NULL));
    else
        add_fault(cli, checks, "bundle", cli_words(cli, TEXT_CHECK_BUNDLE_BAD), &err);
    arena_free(&arena);
}

/* A database that some process holds while nobody answers: that one hangs, or is no
 * Buurtbus. */
static void check_database(struct cli *cli, const struct home *home,
        struct checks *checks)
{
    struct flock lock = {.l_type = F_WRLCK,
            .l_whence = SEEK_SET,
            .l_start = LOCK_BYTES_START,
            .l_len = LOCK_BYTES};
    char pid[24];
    int fd = open(home->db, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        bool fresh = errno == ENOENT;
        add_check(checks, "database", fresh,
                fresh ? cli_words(cli, TEXT_CHECK_DB_FRESH)
                      : cli_system_words(cli, errno));
        return;
    }
    bool held = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    close(fd);
    snprintf(pid, sizeof pid, "%ld", held ? (long)lock.l_pid : 0L);
    add_check(checks, "database", !held,
            cli_format(cli, held ? TEXT_CHECK_DB_HELD : TEXT_CHECK_DB_FREE, pid, NULL));
}

static void check_room(struct cli *cli, const struct home *home, struct checks *checks)
{
    struct statvfs room;
    if (statvfs(home->path, &room) != 0) {
        add_check(checks, "disk", false, cli_system_words(cli, errno));
        return;
    }
    uint64_t mib = (uint64_t)room.f_bavail * room.f_frsize / MIB;
    add_check(checks, "disk", mib >= ROOM_MIN_MIB,
            cli_format(cli, TEXT_CHECK_ROOM, cli_number(cli, mib), NULL));
}

static int put_checks(struct cli *cli, const struct doctor *doctor,
        const char *const *notes)
{
    const char **cells = arena_take(&cli->arena,
            (doctor->n_checks + 1) * CHECK_COLUMNS * sizeof *cells);
    int status = EXIT_OK;
    if (cells == NULL)
        return cli_no_room(cli);
    cells[0] = cli_words(cli, TEXT_H_CHECK);
    cells[1] = "";
    cells[2] = cli_words(cli, TEXT_H_WORDS);
    for (size_t i = 0; i < doctor->n_checks; i++) {
        const struct check *check = &doctor->checks[i];
        const char **row = cells + (i + 1) * CHECK_COLUMNS;
        row[0] = cli_words_of(cli, "check_name_", check->name);
        row[1] = cli_words(cli, check->ok ? TEXT_CHECK_OK : TEXT_CHECK_NOT);
        row[2] = check->words;
        if (!check->ok)
            status = EXIT_COULD_NOT;
    }
    if (!cli->json)
        cli_table_notes(cli, cells, doctor->n_checks + 1, CHECK_COLUMNS, notes);
    return status;
}

/* The program is away: look at what lies on the disk. */
static int examine(struct cli *cli, const struct home *home)
{
    struct checks checks = {.n = 0};
    add_check(&checks, "program", false, cli_words(cli, TEXT_CHECK_AWAY));
    check_keys(cli, home, &checks);
    check_conf(cli, home, &checks);
    check_bundle(cli, home, &checks);
    check_database(cli, home, &checks);
    check_room(cli, home, &checks);
    const struct doctor doctor = {.checks = checks.list, .n_checks = checks.n};
    const struct reply reply = {.code = "", .sentence = "", .doctor = &doctor};
    if (cli->json && !cli_json_reply(cli, &reply))
        return EXIT_COULD_NOT;
    return put_checks(cli, &doctor, checks.notes);
}

static int run_doctor(struct cli *cli)
{
    struct get_doctor get = {0};
    const struct form form = {&WIRE_GET_DOCTOR, &get};
    struct request request = {.doctor = &get};
    struct reply reply;
    struct home home;
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    if (!cli_home(cli, &home))
        return EXIT_COULD_NOT;
    if (!cli_listens(&home))
        return examine(cli, &home);
    int status = cli_send(cli, &request, &reply);
    if (status != EXIT_OK || reply.doctor == NULL)
        return status;
    return put_checks(cli, reply.doctor, NULL);
}

/* --- backup --- */

/* The program has another working directory than the person. */
static bool full_path(const char *path, char *out, size_t cap)
{
    char here[BACKUP_PATH_MAX + 1] = "";
    if (path[0] != '/' && getcwd(here, sizeof here) == NULL)
        return false;
    int len = snprintf(out, cap, "%s%s%s", here, path[0] == '/' ? "" : "/", path);
    return len > 0 && (size_t)len < cap;
}

static int run_backup(struct cli *cli)
{
    char passphrase[CLI_PASSPHRASE_BYTES] = "", path[BACKUP_PATH_MAX + 1];
    struct make_backup backup = {.path = path, .passphrase = passphrase};
    struct request request = {.backup = &backup};
    struct reply reply;
    struct home home;
    if (!cli_fill(cli, NULL, 0))
        return EXIT_USAGE;
    if (!full_path(cli_text(cli, "DIRECTORY"), path, sizeof path))
        return cli_usage_error(cli, "DIRECTORY", TEXT_BAD_TOO_LONG, "255", NULL);
    if (!cli_home(cli, &home))
        return EXIT_COULD_NOT;
    /* A broker has no key that opens content, so its backup needs no passphrase. */
    int status = EXIT_OK;
    if (home.role == ROLE_NODE || cli_given(cli, "passphrase-file"))
        status = cli_passphrase(cli, true, passphrase);
    if (status == EXIT_OK)
        status = cli_send(cli, &request, &reply);
    hash_wipe(passphrase, sizeof passphrase);
    if (status == EXIT_OK && !cli->json)
        cli_say(cli, TEXT_DONE_BACKUP, path, NULL);
    return status;
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"status", TEXT_C_STATUS, COMMAND_EITHER, NULL, 0, run_status},
        {"doctor", TEXT_C_DOCTOR, COMMAND_EITHER, DOCTOR, COUNT_OF(DOCTOR), run_doctor},
        {"backup", TEXT_C_BACKUP, COMMAND_EITHER, BACKUP, COUNT_OF(BACKUP), run_backup},
        {"broker status", TEXT_C_BROKER_STATUS, COMMAND_BROKER, NULL, 0, run_status},
        {"broker doctor", TEXT_C_BROKER_DOCTOR, COMMAND_BROKER, DOCTOR, COUNT_OF(DOCTOR), run_doctor},
        {"broker backup", TEXT_C_BROKER_BACKUP, COMMAND_BROKER, BACKUP, COUNT_OF(BACKUP), run_backup},
};
/* clang-format on */
const struct family STATUS_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};
