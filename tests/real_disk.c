/* real_disk.c - disks that are nearly full, and full: new work waits or is refused in
 * words, a program that cannot write stops rather than answer, and when there is room
 * again nothing is lost and nothing has happened twice. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fleet_case.h"
#include "tests/fleet_ledger.h"

enum {
    COULD_NOT_RUN = 3,
    QUIET_LINES = 12,
    DISK_MIB = 160,
    LOW_MIB = 40,        /* less than what a broker asks for before it takes letters */
    ROOM_BYTES = 100000, /* for a few turns more */
    ASK_MS = 2000,
    REFERRALS_MAX = 500,
};

static const char SENDER[] = "thuiszorg";
static const char READER[] = "aksant";

struct work {
    struct fleet fleet;
    uint64_t consent;
    size_t n_cases;
    bool small_disk; /* the broker's home is on a disk of its own */
};

static void refer_one(struct work *work)
{
    fleet_refer(&work->fleet, SENDER, work->consent, READER, "Mevrouw Voorbeeld");
    work->n_cases++;
}

static bool all_arrived(struct work *work)
{
    return fleet_count_cases(&work->fleet, READER, CASE_BOX_NONE) == work->n_cases;
}

static void all_is_well(struct work *work)
{
    refer_one(work);
    FLEET_UNTIL(&work->fleet, all_arrived(work));
    assert_int_equal(fleet_count_cases(&work->fleet, SENDER, CASE_BOX_NONE),
            work->n_cases);
}

/* ------------------------------------------------------------- a small disk */

static bool copy_home(struct fleet *fleet, const char *from, const char *to)
{
    int how = -1;

    pid_t pid = fleet_fork(fleet);
    if (pid == 0) {
        execlp("cp", "cp", "-a", "-T", from, to, (char *)NULL);
        _exit(1);
    }
    return waitpid(pid, &how, 0) == pid && how == 0;
}

static bool say_to(const char *path, const char *words)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool said = fd >= 0 && write(fd, words, strlen(words)) == (ssize_t)strlen(words);

    if (fd >= 0)
        close(fd);
    return said;
}

/* Mounts are this process's and its children's own, and end with them. Who may not
 * mount may do so among users of its own, where it stays who it is. */
static bool own_mounts(void)
{
    char uids[64], gids[64];

    snprintf(uids, sizeof uids, "%u %u 1", (unsigned)getuid(), (unsigned)getuid());
    snprintf(gids, sizeof gids, "%u %u 1", (unsigned)getgid(), (unsigned)getgid());
    if (unshare(CLONE_NEWNS) != 0 && (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0 ||
                                             !say_to("/proc/self/setgroups", "deny") ||
                                             !say_to("/proc/self/uid_map", uids) ||
                                             !say_to("/proc/self/gid_map", gids)))
        return false;
    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static bool make_small_disk(struct fleet *fleet)
{
    char home[NETWORK_PATH_BYTES], old[FLEET_PATH_BYTES], size[32];

    network_home(&fleet->network, NETWORK_BROKER, home);
    snprintf(old, sizeof old, "%s.old", home);
    snprintf(size, sizeof size, "size=%dm,mode=0750", DISK_MIB);
    if (!own_mounts())
        return false;
    network_must(rename(home, old) == 0 && mkdir(home, 0750) == 0, "move a home", NULL);
    if (mount("tmpfs", home, "tmpfs", 0, size) != 0) {
        network_must(rmdir(home) == 0 && rename(old, home) == 0, "move a home", NULL);
        return false;
    }
    network_must(copy_home(fleet, old, home), "copy a home", NULL);
    return true;
}

/* Leave so many bytes free. */
static void fill_disk(struct work *work, uint64_t leave)
{
    char home[NETWORK_PATH_BYTES], path[FLEET_PATH_BYTES];
    struct statvfs info;

    network_home(&work->fleet.network, NETWORK_BROKER, home);
    fleet_path(&work->fleet, NETWORK_BROKER, "ballast", path);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    /* The broker writes too: what was free a moment ago may be gone. */
    int why;
    do {
        struct stat now;
        assert_int_equal(statvfs(home, &info), 0);
        assert_int_equal(fstat(fd, &now), 0);
        uint64_t room = (uint64_t)info.f_bavail * info.f_frsize;
        why = room <= leave
                      ? 0
                      : posix_fallocate(fd, 0, now.st_size + (off_t)(room - leave));
    } while (why == ENOSPC);
    assert_int_equal(why, 0);
    close(fd);
}

static void empty_disk(struct work *work)
{
    char path[FLEET_PATH_BYTES];

    fleet_path(&work->fleet, NETWORK_BROKER, "ballast", path);
    assert_int_equal(unlink(path), 0);
}

static void test_a_broker_with_little_room_takes_no_new_letters(void **state)
{
    struct work *work = *state;
    size_t before = 0, after = 0;

    if (!work->small_disk)
        skip();
    all_is_well(work);
    uint64_t number = fleet_wait_case(&work->fleet, READER, CASE_BOX_TO_DECIDE);
    fill_disk(work, (uint64_t)LOW_MIB << 20);
    free(fleet_log(&work->fleet, NETWORK_BROKER, &before));
    /* The broker looks at its disk once a second. */
    do {
        refer_one(work);
        FLEET_UNTIL(&work->fleet,
                all_arrived(work) ||
                        fleet_log_says(&work->fleet, NETWORK_BROKER, "disk_low"));
    } while (!fleet_log_says(&work->fleet, NETWORK_BROKER, "disk_low"));
    fleet_wait_log(&work->fleet, SENDER, "E_DISK");
    assert_false(all_arrived(work));
    free(fleet_log(&work->fleet, NETWORK_BROKER, &after));
    assert_true(after - before <= QUIET_LINES);
    empty_disk(work);
    FLEET_UNTIL(&work->fleet, all_arrived(work));
    fleet_act(&work->fleet, READER, number, OFFER_EVENT_ACCEPT);
    all_is_well(work);
}

/* The broker knows that every use of this consent is over. */
static bool is_registered(struct work *work, uint64_t consent)
{
    const struct consent_show show = {.number = consent};
    const struct request request = {.consent_show = &show};
    const struct reply *reply = fleet_must(&work->fleet, SENDER, &request, "");
    const struct consent_line *line = &reply->consent->consents[0];
    bool all = line->n_uses > 0;

    for (size_t i = 0; i < line->n_uses; i++)
        all = all && line->uses[i].withdrawal_registered;
    return all;
}

/* Withdrawals are taken to the last; and what does not fit any more is not lost. */
static void test_a_broker_without_any_room_loses_nothing(void **state)
{
    struct work *work = *state;
    struct consent_withdraw withdraw = {.reason = WITHDRAWAL_REASON_PERSON_ASKED};
    const struct request request = {.consent_withdraw = &withdraw};
    uint64_t kept = work->consent;

    if (!work->small_disk)
        skip();
    work->consent = withdraw.number =
            fleet_consent(&work->fleet, SENDER, "Mevrouw Voorbeeld", READER);
    all_is_well(work);
    work->consent = kept;
    fill_disk(work, 0);
    fleet_must(&work->fleet, SENDER, &request, "");
    /* It fits where the database has room inside, or else it ends the broker. */
    FLEET_UNTIL(&work->fleet, is_registered(work, withdraw.number) ||
                                      !fleet_runs(&work->fleet, NETWORK_BROKER));
    if (fleet_runs(&work->fleet, NETWORK_BROKER))
        fleet_kill(&work->fleet, NETWORK_BROKER);
    empty_disk(work);
    fleet_start_ready(&work->fleet, NETWORK_BROKER);
    FLEET_UNTIL(&work->fleet, is_registered(work, withdraw.number));
    all_is_well(work);
}

static void test_a_broker_does_not_start_without_room(void **state)
{
    struct work *work = *state;

    if (!work->small_disk)
        skip();
    assert_int_equal(fleet_stop(&work->fleet, NETWORK_BROKER), 0);
    fill_disk(work, 0);
    fleet_start(&work->fleet, NETWORK_BROKER);
    assert_int_equal(fleet_wait_end(&work->fleet, NETWORK_BROKER), COULD_NOT_RUN);
    assert_true(fleet_log_says(&work->fleet, NETWORK_BROKER, "no room on the disk"));
    empty_disk(work);
    fleet_start_ready(&work->fleet, NETWORK_BROKER);
    all_is_well(work);
}

/* ------------------------------------------------------------- files that cannot grow
 */

static off_t longest_file(struct work *work, const char *id)
{
    char home[NETWORK_PATH_BYTES], path[2 * FLEET_PATH_BYTES];
    struct stat info;
    struct dirent *entry;
    off_t longest = 0;

    network_home(&work->fleet.network, id, home);
    DIR *dir = opendir(home);
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        snprintf(path, sizeof path, "%s/%s", home, entry->d_name);
        if (strcmp(entry->d_name, "ballast") != 0 && stat(path, &info) == 0 &&
                S_ISREG(info.st_mode) && info.st_size > longest)
            longest = info.st_size;
    }
    closedir(dir);
    return longest;
}

/* Start it so that no file of its can become much longer than the longest now is. */
static void start_narrow(struct work *work, const char *id)
{
    assert_int_equal(fleet_stop(&work->fleet, id), 0);
    work->fleet.file_bytes = (rlim_t)(longest_file(work, id) + ROOM_BYTES);
    fleet_start_ready(&work->fleet, id);
    work->fleet.file_bytes = 0;
}

static void test_a_broker_that_cannot_write_stops_and_loses_nothing(void **state)
{
    struct work *work = *state;

    start_narrow(work, NETWORK_BROKER);
    fleet_wait_connected(&work->fleet, SENDER);
    for (size_t i = 0; i < REFERRALS_MAX && fleet_runs(&work->fleet, NETWORK_BROKER);
            i++)
        refer_one(work);
    assert_int_equal(fleet_wait_end(&work->fleet, NETWORK_BROKER), COULD_NOT_RUN);
    assert_true(fleet_log_says(&work->fleet, NETWORK_BROKER, "broker.db"));
    fleet_start_ready(&work->fleet, NETWORK_BROKER);
    FLEET_UNTIL(&work->fleet, all_arrived(work));
    all_is_well(work);
}

/* The adapter asks again with the same key when the node is back: one effect. */
static void test_a_node_that_cannot_write_stops_and_does_nothing_twice(void **state)
{
    struct work *work = *state;
    struct refer_note note;
    char key[32];
    bool answered = true;

    start_narrow(work, SENDER);
    fleet_refer_note(&note, work->consent, READER, "Mevrouw Voorbeeld");
    note.request.idempotency_key = key;
    for (size_t i = 0; i < REFERRALS_MAX && answered; i++) {
        snprintf(key, sizeof key, "narrow-%zu", i);
        answered = fleet_try(&work->fleet, SENDER, &note.request, ASK_MS);
        if (answered)
            assert_string_equal(work->fleet.reply.code, "");
        work->n_cases++;
    }
    assert_false(answered);
    assert_int_equal(fleet_wait_end(&work->fleet, SENDER), COULD_NOT_RUN);
    assert_true(fleet_log_says(&work->fleet, SENDER, "node.db"));
    fleet_start_ready(&work->fleet, SENDER);
    fleet_must(&work->fleet, SENDER, &note.request, "");
    FLEET_UNTIL(&work->fleet, all_arrived(work));
    all_is_well(work);
}

/* ------------------------------------------------------------- */

static int begin(void **state)
{
    struct work *work = calloc(1, sizeof *work);

    assert_non_null(work);
    *state = work;
    fleet_begin_two(&work->fleet, SENDER, READER);
    /* More than one mailbox takes by itself, so that only the disk is short. */
    fleet_set(&work->fleet, NETWORK_BROKER, "pending_letters", "10000");
    work->small_disk = make_small_disk(&work->fleet);
    fleet_start_all(&work->fleet);
    fleet_agree(&work->fleet, SENDER, READER);
    work->consent = fleet_consent(&work->fleet, SENDER, "Mevrouw Voorbeeld", READER);
    all_is_well(work);
    return 0;
}

static int end(void **state)
{
    struct work *work = *state;
    struct ledger_of_fleet ledger;
    char home[NETWORK_PATH_BYTES];

    fleet_kill_all(&work->fleet);
    fleet_read_ledger(&work->fleet, &ledger);
    if (work->small_disk) {
        network_home(&work->fleet.network, NETWORK_BROKER, home);
        umount2(home, MNT_DETACH);
    }
    fleet_end(&work->fleet);
    free(work);
    return ledger.faults != 0 || ledger.n_twice != 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_a_broker_with_little_room_takes_no_new_letters),
            cmocka_unit_test(test_a_broker_without_any_room_loses_nothing),
            cmocka_unit_test(test_a_broker_does_not_start_without_room),
            cmocka_unit_test(test_a_broker_that_cannot_write_stops_and_loses_nothing),
            cmocka_unit_test(
                    test_a_node_that_cannot_write_stops_and_does_nothing_twice),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
