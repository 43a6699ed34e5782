/* real_kill.c - broker and nodes are killed with -9 at random moments under load, and
 * the broker loses its disk in the middle of it: nothing is lost, nothing happens
 * twice.
 *
 * One child of the test refers without a pause, another decides on what arrives, each
 * through its node's socket; the test itself kills and starts again. $KILLS: how
 * often; $WIPES: how often the disk goes. */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/hash.h"
#include "tests/fleet_case.h"
#include "tests/fleet_ledger.h"

enum {
    KILLS = 50,
    WIPES = 3,
    REFERRALS_MAX = 20000,
    UNDECIDED_MAX = 80, /* the publisher waits while so many are not decided: a mailbox
                           takes 200 letters of one sender */
    PAUSE_MS = 400,     /* a kill comes within this after a start */
    ASK_MS = 200,
    NAME_BYTES = 40,
    CODE_BYTES = 40,
};

static const char SENDER[] = "thuiszorg";
static const char READER[] = "aksant";

/* What the children tell the test. */
struct load {
    atomic_bool stop;    /* refer no more */
    atomic_bool end;     /* decide no more */
    atomic_uint n_taken; /* referrals that the gateway said yes to */
    atomic_uint n_decided;
    uint64_t cases[REFERRALS_MAX]; /* of referral i at the sender */
    char wrong[CODE_BYTES];        /* a code that nobody should have got */
};

struct work {
    struct fleet fleet;
    struct load *load;
    uint64_t consent;
};

/* ------------------------------------------------------------- the load */

static void name_of(unsigned i, char name[NAME_BYTES])
{
    snprintf(name, NAME_BYTES, "Persoon%u Voorbeeld", i);
}

/* Ask with this key until somebody answers, however often the program dies meanwhile;
 * NULL when the test is over. */
static const struct reply *ask_on(struct work *work, const char *id,
        const struct request *request)
{
    while (!fleet_try(&work->fleet, id, request, ASK_MS)) {
        if (atomic_load(&work->load->end))
            return NULL;
        fleet_breathe();
    }
    return &work->fleet.reply;
}

static void refer_on(struct work *work)
{
    struct load *load = work->load;
    char name[NAME_BYTES], key[NAME_BYTES];
    struct refer_note note;

    for (unsigned i = 0; i < REFERRALS_MAX && !atomic_load(&load->stop);) {
        if (i - atomic_load(&load->n_decided) > UNDECIDED_MAX) {
            fleet_breathe();
            continue;
        }
        name_of(i, name);
        snprintf(key, sizeof key, "refer-%u", i);
        fleet_refer_note(&note, work->consent, READER, name);
        note.request.idempotency_key = key;
        const struct reply *reply = ask_on(work, SENDER, &note.request);
        if (reply == NULL)
            return;
        if (reply->code[0] != '\0') {
            snprintf(load->wrong, CODE_BYTES, "refer: %s", reply->code);
            return;
        }
        load->cases[i++] = reply->made->case_number;
        atomic_store(&load->n_taken, i);
    }
}

static bool decide_one(struct work *work, uint64_t number)
{
    char key[NAME_BYTES];
    struct act_note note;

    /* One in four is declined, so that contents are destroyed as well as handed over.
     */
    fleet_act_note(&note, number,
            number % 4 == 0 ? OFFER_EVENT_DECLINE : OFFER_EVENT_ACCEPT);
    snprintf(key, sizeof key, "decide-%llu", (unsigned long long)number);
    note.request.idempotency_key = key;
    const struct reply *reply = ask_on(work, READER, &note.request);
    if (reply != NULL && reply->code[0] != '\0')
        snprintf(work->load->wrong, CODE_BYTES, "decide: %s", reply->code);
    if (reply != NULL)
        atomic_fetch_add(&work->load->n_decided, 1);
    return reply != NULL;
}

static void decide_on(struct work *work)
{
    uint64_t decided = 0, numbers[200];

    while (!atomic_load(&work->load->end)) {
        const struct list_cases list = {.box = CASE_BOX_TO_DECIDE,
                .after = decided,
                .limit = COUNT_OF(numbers)};
        const struct request request = {.inbox = &list};
        const struct reply *reply = ask_on(work, READER, &request);
        if (reply == NULL)
            return;
        size_t n = reply->cases != NULL ? reply->cases->n_cases : 0;
        for (size_t i = 0; i < n; i++)
            numbers[i] = reply->cases->cases[i].number;
        for (size_t i = 0; i < n && decide_one(work, numbers[i]); i++)
            decided = numbers[i];
        if (n == 0)
            fleet_breathe();
    }
}

static pid_t begin_child(struct work *work, void (*does)(struct work *work))
{
    pid_t pid = fleet_fork(&work->fleet);

    if (pid != 0)
        return pid;
    does(work);
    _exit(0);
}

static void end_child(struct work *work, pid_t pid)
{
    int how = 0;

    if (waitpid(pid, &how, 0) != pid || !WIFEXITED(how) || WEXITSTATUS(how) != 0)
        fleet_fail(&work->fleet, "a child of this test has failed");
}

/* ------------------------------------------------------------- the kills */

static void check_load(const struct work *work)
{
    if (work->load->wrong[0] != '\0')
        fleet_fail(&work->fleet, "the gateway said no to a %s", work->load->wrong);
}

/* Everything flows again: something new is taken and something new decided. */
static void wait_for_progress(struct work *work)
{
    unsigned taken = atomic_load(&work->load->n_taken);
    unsigned decided = atomic_load(&work->load->n_decided);

    FLEET_UNTIL(&work->fleet,
            work->load->wrong[0] != '\0' ||
                    (atomic_load(&work->load->n_taken) > taken &&
                            atomic_load(&work->load->n_decided) > decided));
    check_load(work);
}

static void kill_one(struct work *work, unsigned k)
{
    static const char *const victims[] = {NETWORK_BROKER, SENDER, READER};
    const char *victim = victims[hash_random_below(COUNT_OF(victims))];
    int64_t due_ms = fleet_clock_ms() + hash_random_below(PAUSE_MS);

    /* Some kills hit a network at full speed, others one that is still getting up. */
    if (k % 3 == 0)
        wait_for_progress(work);
    while (fleet_clock_ms() < due_ms)
        fleet_breathe();
    fleet_kill(&work->fleet, victim);
    fleet_start(&work->fleet, victim);
}

/* The broker's machine has a new disk: of its store nothing is left. */
static void wipe_broker(struct work *work)
{
    static const char *const files[] = {"broker.db", "broker.db-wal", "broker.db-shm"};
    char path[FLEET_PATH_BYTES];

    fleet_kill(&work->fleet, NETWORK_BROKER);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        fleet_path(&work->fleet, NETWORK_BROKER, files[i], path);
        if (unlink(path) != 0 && (i == 0 || errno != ENOENT))
            fleet_fail(&work->fleet, "%s cannot be taken away", path);
    }
    fleet_start(&work->fleet, NETWORK_BROKER);
}

/* In the middle of the load, and now and then while it still recovers. */
static void wipe_one(struct work *work, unsigned k)
{
    int64_t due_ms;

    if (k % 3 != 2)
        wait_for_progress(work);
    due_ms = fleet_clock_ms() + hash_random_below(PAUSE_MS);
    while (fleet_clock_ms() < due_ms)
        fleet_breathe();
    wipe_broker(work);
}

static bool is_quiet(struct work *work)
{
    check_load(work);
    const struct status *status = fleet_status(&work->fleet, SENDER);
    if (status->outbox != 0)
        return false;
    status = fleet_status(&work->fleet, READER);
    return status->outbox == 0 && status->to_decide == 0;
}

static void run_load(struct work *work, unsigned times, const char *words,
        void (*trouble)(struct work *work, unsigned k))
{
    pid_t refers = begin_child(work, refer_on);
    pid_t decides = begin_child(work, decide_on);

    for (unsigned k = 0; k < times; k++)
        trouble(work, k);
    wait_for_progress(work);
    atomic_store(&work->load->stop, true);
    end_child(work, refers);
    FLEET_UNTIL(&work->fleet, is_quiet(work));
    atomic_store(&work->load->end, true);
    end_child(work, decides);
    printf("# %u %s while %u referrals were taken\n", times, words,
            atomic_load(&work->load->n_taken));
}

/* ------------------------------------------------------------- nothing lost, nothing
 * twice */

struct seen {
    struct id referral_id;
    unsigned n; /* times at the reader */
    unsigned i; /* which referral it is */
};

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct id));
}

/* What the sender calls each referral, sorted. */
static struct seen *list_sent(struct work *work, size_t n)
{
    struct seen *seen = calloc(n, sizeof *seen);

    assert_non_null(seen);
    for (unsigned i = 0; i < n; i++) {
        const struct case_detail *detail =
                fleet_show(&work->fleet, SENDER, work->load->cases[i]);
        seen[i] = (struct seen){.referral_id = detail->referral_id, .i = i};
    }
    qsort(seen, n, sizeof *seen, by_id);
    for (size_t i = 1; i < n; i++)
        assert_false(id_equal(&seen[i].referral_id, &seen[i - 1].referral_id));
    return seen;
}

static void check_arrival(struct work *work, struct seen *sent, size_t n,
        uint64_t number)
{
    const struct case_detail *detail = fleet_show(&work->fleet, READER, number);
    struct seen *seen = bsearch(&detail->referral_id, sent, n, sizeof *sent, by_id);
    char name[NAME_BYTES];

    if (seen == NULL)
        fleet_fail(&work->fleet, "case %llu came from nowhere",
                (unsigned long long)number);
    seen->n++;
    if (number % 4 == 0) {
        assert_int_equal(detail->line->state, OFFER_STATE_DECLINED);
        return;
    }
    assert_int_equal(detail->line->state, OFFER_STATE_ACCEPTED);
    name_of(seen->i, name);
    assert_non_null(detail->referral);
    assert_string_equal(detail->referral->person->name, name);
}

/* Each referral that the gateway took is exactly one case at either side. */
static void check_cases(struct work *work)
{
    size_t n = atomic_load(&work->load->n_taken);
    struct seen *sent = list_sent(work, n);
    const struct case_list *page;
    uint64_t after = 0, numbers[200];

    assert_int_equal(fleet_count_cases(&work->fleet, SENDER, CASE_BOX_NONE), n);
    assert_int_equal(fleet_count_cases(&work->fleet, READER, CASE_BOX_NONE), n);
    do {
        page = fleet_cases(&work->fleet, READER, CASE_BOX_NONE, after);
        size_t n_page = page->n_cases;
        for (size_t i = 0; i < n_page; i++)
            numbers[i] = page->cases[i].number;
        for (size_t i = 0; i < n_page; i++)
            check_arrival(work, sent, n, numbers[i]);
        after = n_page > 0 ? numbers[n_page - 1] : 0;
    } while (after != 0);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(sent[i].n, 1);
    free(sent);
}

/* ------------------------------------------------------------- the test */

static int begin(void **state)
{
    struct work *work = calloc(1, sizeof *work);

    assert_non_null(work);
    *state = work;
    work->load = mmap(NULL, sizeof *work->load, PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(work->load != MAP_FAILED);
    /* On a disk, where a commit takes its time, so that kills hit the middle of it. */
    setenv("TMPDIR", P_tmpdir, 0);
    fleet_begin_two(&work->fleet, SENDER, READER);
    fleet_start_all(&work->fleet);
    fleet_agree(&work->fleet, SENDER, READER);
    work->consent = fleet_consent(&work->fleet, SENDER, "Mevrouw Voorbeeld", READER);
    return 0;
}

static int end(void **state)
{
    struct work *work = *state;

    fleet_end(&work->fleet);
    munmap(work->load, sizeof *work->load);
    free(work);
    return 0;
}

static unsigned wished(const char *name, unsigned otherwise)
{
    const char *text = getenv(name);

    return text != NULL && text[0] != '\0' ? (unsigned)strtoul(text, NULL, 10)
                                           : otherwise;
}

static void test_kills_lose_nothing_and_do_nothing_twice(void **state)
{
    struct work *work = *state;

    run_load(work, wished("KILLS", KILLS), "kills", kill_one);
    check_cases(work);
    /* A friendly stop is no failure. */
    assert_int_equal(fleet_stop(&work->fleet, SENDER), 0);
    assert_int_equal(fleet_stop(&work->fleet, READER), 0);
    assert_int_equal(fleet_stop(&work->fleet, NETWORK_BROKER), 0);
    struct ledger_of_fleet ledger;
    fleet_read_ledger(&work->fleet, &ledger);
    assert_int_equal(ledger.faults, 0);
    assert_int_equal(ledger.n_live, 0);
    /* Two letters a referral at least were read or destroyed, each once. */
    assert_true(ledger.n_ended >= 2 * (size_t)atomic_load(&work->load->n_taken));
    assert_int_equal(ledger.n_ended, ledger.n_taken);
    assert_int_equal(ledger.n_twice, 0);
}

/* The nodes have all that it knew: what was under way is said again, and every letter
 * comes to its end. */
static void test_a_wiped_broker_still_ends_every_letter(void **state)
{
    struct work *work = *state;

    run_load(work, wished("WIPES", WIPES), "stores lost", wipe_one);
    check_cases(work);
    assert_int_equal(fleet_stop(&work->fleet, NETWORK_BROKER), 0);
    struct ledger_of_fleet ledger;
    fleet_read_ledger(&work->fleet, &ledger);
    assert_int_equal(ledger.faults, 0);
    assert_int_equal(ledger.n_live, 0);
    assert_int_equal(ledger.n_twice, 0);
    /* The newest store saw some of it. */
    assert_true(ledger.n_ended > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(
                    test_kills_lose_nothing_and_do_nothing_twice, begin, end),
            cmocka_unit_test_setup_teardown(test_a_wiped_broker_still_ends_every_letter,
                    begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
