/* sim_restore.c - a node that lost everything but its backup goes on where it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "broker/state.h"
#include "core/db.h"
#include "core/time.h"
#include "core/vocab.h"
#include "nodes/restore.h"
#include "nodes/spool.h"
#include "tests/peek.h"
#include "tests/shrink.h"
#include "tests/temp.h"
#include "tests/watch.h"
#include "tests/watch_rows.h"
#include "tests/workload_inner.h"
#include "tests/world.h"

static const char PASSPHRASE[] = "a passphrase of the test";

enum {
    PATH_BYTES = WORLD_PATH_BYTES + 40,
    LIMITS_DAYS = 28, /* longer than two routine candidates may not look, in turn */
};

static void home_of(const char *id, char path[WORLD_PATH_BYTES])
{
    world_db(id, path);
    *strrchr(path, '/') = '\0';
}

static void backup_of(const char *id, char path[PATH_BYTES])
{
    char home[WORLD_PATH_BYTES];
    home_of(id, home);
    snprintf(path, PATH_BYTES, "%s.backup", home);
}

static void back_up(const char *id)
{
    char path[PATH_BYTES];
    backup_of(id, path);
    const struct make_backup backup = {.path = path, .passphrase = PASSPHRASE};
    world_must(id, &(struct request){.backup = &backup}, "");
}

/* The disk is gone, whatever the node was doing. */
static void lose(const char *id)
{
    char home[WORLD_PATH_BYTES], gone[PATH_BYTES];
    world_crash(id);
    home_of(id, home);
    snprintf(gone, sizeof gone, "%s.gone", home);
    assert_int_equal(rename(home, gone), 0);
}

static enum code restore(const char *id, const char *passphrase)
{
    char home[WORLD_PATH_BYTES], backup[PATH_BYTES];
    struct err err = {.code = CODE_OK};
    home_of(id, home);
    backup_of(id, backup);
    bool ok = node_restore(backup, home, passphrase, sim_now(), &err);
    assert_int_equal(ok, err.code == CODE_OK);
    if (!ok)
        assert_true(err.msg[0] != '\0');
    return err.code;
}

static uint64_t refer(void)
{
    const struct world_consent wish = {.recipients = {"aksant"}};
    uint64_t consent = world_consent("thuiszorg", &wish);
    const struct reply *reply =
            world_refer("thuiszorg", consent, "aksant", "Rosa Voorbeeld");
    assert_string_equal(reply->code, "");
    uint64_t number = reply->made->case_number;
    world_quiet();
    return number;
}

static void the_target_goes_on_with_an_open_case(void **state)
{
    (void)state;
    world_fresh(11);
    uint64_t sent = refer();
    uint64_t got = world_newest("aksant", CASE_BOX_NONE);
    back_up("aksant");
    lose("aksant");
    assert_int_equal(restore("aksant", PASSPHRASE), CODE_OK);
    world_start("aksant");
    world_pass(5 * TIME_MINUTE_MS);
    assert_int_equal(world_newest("aksant", CASE_BOX_NONE), got);
    world_do("aksant", got, OFFER_EVENT_ACCEPT);
    /* Sealed to a key from before the backup. */
    assert_string_equal(world_show("aksant", got)->referral->person->name,
            "Rosa Voorbeeld");
    world_do("aksant", got, OFFER_EVENT_START);
    world_do("aksant", got, OFFER_EVENT_OUTCOME);
    world_do("thuiszorg", sent, OFFER_EVENT_CONFIRM);
    assert_string_equal(world_show("thuiszorg", sent)->line->referral_state, "closed");
    /* A new referral gets a number that the lost node cannot have given. */
    (void)refer();
    assert_true(world_newest("aksant", CASE_BOX_NONE) > got + 100);
    world_end();
}

/* The newest number of the register of requests there. */
static uint64_t request_of(const char *id, uint64_t number)
{
    const struct rights_ask wish = {.case_number = number, .right = LETTER_TYPE_ACCESS};
    struct request request = {.rights_ask = &wish};
    world_must(id, &request, "");
    world_quiet();
    return (uint64_t)peek_number(peek_of(id), "SELECT max(number) FROM rights");
}

/* A backup of the first day, in which nothing was given a number yet. */
static void the_first_numbers_are_not_given_again(void **state)
{
    (void)state;
    world_fresh(14);
    back_up("thuiszorg");
    back_up("aksant");
    uint64_t sent = refer();
    uint64_t asked = request_of("thuiszorg", sent);
    uint64_t consent = (uint64_t)peek_number(peek_of("thuiszorg"),
            "SELECT max(number) FROM consent");
    world_do("aksant", 1, OFFER_EVENT_ACCEPT);
    lose("thuiszorg");
    lose("aksant");
    assert_int_equal(restore("thuiszorg", PASSPHRASE), CODE_OK);
    assert_int_equal(restore("aksant", PASSPHRASE), CODE_OK);
    world_start("thuiszorg");
    world_start("aksant");
    world_pass(5 * TIME_MINUTE_MS);
    uint64_t again = refer();
    assert_true(again > sent + 100);
    assert_true((uint64_t)peek_number(peek_of("thuiszorg"),
                        "SELECT max(number) FROM consent") > consent + 100);
    assert_true(request_of("thuiszorg", again) > asked + 100);
    assert_true(world_newest("aksant", CASE_BOX_NONE) > 100);
    assert_true(peek_number(peek_of("aksant"), "SELECT max(number) FROM rights") > 100);
    world_end();
}

static const struct event_list *events_after(uint64_t number)
{
    const struct list_events wish = {.after = number};
    return world_must("aksant", &(struct request){.events = &wish}, "")->events;
}

/* The numbers of what was lost are not given again: who has heard of it hears first
 * that the store was put back, and then all that happens there. Also when nothing had
 * happened yet in the backup. */
static void who_follows_along_hears_of_it_and_misses_nothing(void **state)
{
    (void)state;
    for (int had_one = 0; had_one <= 1; had_one++) {
        world_fresh(15 + (uint64_t)had_one);
        if (had_one)
            refer();
        back_up("aksant");
        uint64_t before = events_after(0)->newest;
        refer();
        uint64_t heard = events_after(0)->newest;
        assert_int_equal(before == 0, !had_one);
        assert_true(heard > before);
        lose("aksant");
        assert_int_equal(restore("aksant", PASSPHRASE), CODE_OK);
        int64_t restored_ms = sim_now();
        world_start("aksant");
        world_pass(5 * TIME_MINUTE_MS);
        refer();
        uint64_t newest = world_newest("aksant", CASE_BOX_NONE);
        const struct event_list *list = events_after(heard);
        assert_in_range(list->n_events, 2, 50);
        const struct event_line *first = &list->events[0];
        assert_string_equal(first->what, "restored");
        assert_int_equal(first->case_number, 0);
        assert_int_equal(first->kind, CASE_KIND_NONE);
        assert_int_equal(first->at_ms, restored_ms);
        for (size_t i = 1; i < list->n_events; i++) {
            assert_true(list->events[i].number > first->number);
            assert_int_equal(list->events[i].case_number, newest);
        }
        world_end();
    }
}

/* What was taken back after the backup is not taken up again: neither for what is on
 * its way, nor by a new letter under the same record. */
static void a_withdrawal_outlives_an_older_backup(void **state)
{
    (void)state;
    world_fresh(13);
    const struct world_consent wish = {.recipients = {"aksant"}};
    uint64_t record = world_consent("thuiszorg", &wish);
    uint64_t other = world_consent("thuiszorg", &wish);
    uint64_t sent = world_refer("thuiszorg", record, "aksant", "Rosa Voorbeeld")
                            ->made->case_number;
    assert_string_equal(world_refer("thuiszorg", other, "aksant", "Rosa Voorbeeld")
                                ->code,
            "");
    world_quiet();
    back_up("thuiszorg");
    world_withdraw("thuiszorg", record);
    world_quiet();
    lose("thuiszorg");
    assert_int_equal(restore("thuiszorg", PASSPHRASE), CODE_OK);
    world_start("thuiszorg");
    world_pass(5 * TIME_MINUTE_MS);
    assert_true(world_show("thuiszorg", sent)->line->stop_contact);
    assert_string_equal(world_refer("thuiszorg", record, "aksant", "Rosa Voorbeeld")
                                ->code,
            "E_CONSENT_WITHDRAWN");
    /* The other record was not touched by it. */
    assert_string_equal(world_refer("thuiszorg", other, "aksant", "Rosa Voorbeeld")
                                ->code,
            "");
    world_end();
}

/* Of the two letters of a referral that was accepted. */
static int64_t count_sent(enum receipt_state state)
{
    return peek_number(peek_of("thuiszorg"),
            "SELECT count(*) FROM sent WHERE type IN (%d, %d) AND state = %d",
            LETTER_TYPE_PREVIEW, LETTER_TYPE_CONTENT, state);
}

static void plug(bool plugged)
{
    sim_unplug("thuiszorg", !plugged);
}

/* When a consent is taken back, and by whom. */
enum taken_back { BEFORE_THE_LOSS, BY_ITS_READER, BEFORE_THE_BROKER_IS_HEARD };

/* In the backup the letters have no end, or had not even left; they were read since. */
static void lose_what_was_read(bool left, enum taken_back when)
{
    const struct world_consent wish = {.recipients = {"aksant"}};
    const struct consent_withdraw theirs = {.case_number = 1,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};
    bool here = when == BEFORE_THE_BROKER_IS_HEARD;

    world_fresh(18);
    uint64_t record = world_consent("thuiszorg", &wish);
    plug(left);
    world_refer("thuiszorg", record, "aksant", "Rosa Voorbeeld");
    world_quiet();
    back_up("thuiszorg");
    plug(true);
    world_pass(TIME_MINUTE_MS);
    world_do("aksant", world_newest("aksant", CASE_BOX_NONE), OFFER_EVENT_ACCEPT);
    if (when == BEFORE_THE_LOSS)
        world_withdraw("thuiszorg", record);
    world_pass(TIME_MINUTE_MS);
    lose("thuiszorg");
    if (when == BY_ITS_READER)
        world_must("aksant", &(struct request){.consent_withdraw = &theirs}, "");
    assert_int_equal(restore("thuiszorg", PASSPHRASE), CODE_OK);
    plug(!here);
    world_start("thuiszorg");
    if (here)
        world_withdraw("thuiszorg", record);
    world_quiet();
    plug(true);
    world_pass(5 * TIME_MINUTE_MS);
}

/* What the person is told was handed over is all that was read. */
static void what_was_read_is_not_taken_for_stopped(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        lose_what_was_read(i % 2 == 1, (enum taken_back)(i / 2));
        const struct consent_receipt_get get = {.number = 1};
        struct request request = {.consent_receipt = &get};
        const struct reply *reply = world_must("thuiszorg", &request, "");
        assert_int_equal(reply->consent_receipt->n_handed, 2);
        assert_int_equal(count_sent(RECEIPT_STATE_PROCESSED), 2);
        assert_int_equal(world_status("thuiszorg")->outbox, 0);
        world_end();
    }
}

/* It had not left at all, and a broker that is full does not take the withdrawal now:
 * nothing goes before it, and then it is refused. */
static void what_had_not_left_waits_for_the_withdrawal(void **state)
{
    const struct world_consent wish = {.recipients = {"aksant"}};

    (void)state;
    world_fresh(19);
    uint64_t record = world_consent("thuiszorg", &wish);
    plug(false);
    world_refer("thuiszorg", record, "aksant", "Rosa Voorbeeld");
    back_up("thuiszorg");
    lose("thuiszorg");
    struct broker_conf *conf = &world_broker()->conf, usual = *conf;
    conf->mailbox_letters = conf->brought_consents = conf->early_withdrawals = 0;
    assert_int_equal(restore("thuiszorg", PASSPHRASE), CODE_OK);
    plug(true);
    world_start("thuiszorg");
    world_pass(TIME_MINUTE_MS);
    world_withdraw("thuiszorg", record);
    world_pass(TIME_MINUTE_MS);
    conf->mailbox_letters = usual.mailbox_letters;
    world_pass(5 * TIME_MINUTE_MS);
    assert_int_equal(world_newest("aksant", CASE_BOX_NONE), 0);
    assert_int_equal(world_status("thuiszorg")->outbox, 2);
    *conf = usual;
    world_pass(5 * TIME_MINUTE_MS);
    assert_int_equal(world_newest("aksant", CASE_BOX_NONE), 0);
    assert_int_equal(world_status("thuiszorg")->outbox, 0);
    assert_int_equal(count_sent(RECEIPT_STATE_REFUSED), 2);
    world_end();
}

static void the_referrer_catches_up_with_what_it_missed(void **state)
{
    (void)state;
    world_fresh(12);
    uint64_t sent = refer();
    uint64_t got = world_newest("aksant", CASE_BOX_NONE);
    back_up("thuiszorg");
    /* Heard by the node that is lost, and unknown to the backup. */
    world_do("aksant", got, OFFER_EVENT_ACCEPT);
    const struct set_intake full = {.state = INTAKE_STATE_FULL};
    world_must("thuiszorg", &(struct request){.intake = &full}, "");
    world_quiet();
    lose("thuiszorg");
    assert_int_equal(restore("thuiszorg", PASSPHRASE), CODE_OK);
    world_start("thuiszorg");
    world_pass(5 * TIME_MINUTE_MS);
    world_do("aksant", got, OFFER_EVENT_START);
    assert_string_equal(offer_state_name(world_state("thuiszorg", sent)),
            "in_progress");
    world_do("aksant", got, OFFER_EVENT_OUTCOME);
    world_do("thuiszorg", sent, OFFER_EVENT_CONFIRM);
    assert_string_equal(world_show("aksant", got)->line->referral_state, "closed");
    assert_int_equal(world_status("thuiszorg")->outbox, 0);
    /* Its own word on its intake came back from the broker, and it can say another. */
    const struct set_intake open = {.state = INTAKE_STATE_OPEN};
    world_must("thuiszorg", &(struct request){.intake = &open}, "");
    world_quiet();
    assert_int_equal(refer() > sent + 100, true);
    world_end();
}

/* Its own word, which the backup does not know: the broker says it again. */
static void the_referrer_hears_what_it_had_said_itself(void **state)
{
    (void)state;
    world_fresh(13);
    uint64_t sent = refer();
    uint64_t got = world_newest("aksant", CASE_BOX_NONE);
    world_do("aksant", got, OFFER_EVENT_ACCEPT);
    back_up("thuiszorg");
    world_do("thuiszorg", sent, OFFER_EVENT_CANCEL);
    lose("thuiszorg");
    assert_int_equal(restore("thuiszorg", PASSPHRASE), CODE_OK);
    world_start("thuiszorg");
    world_pass(5 * TIME_MINUTE_MS);
    assert_string_equal(offer_state_name(world_state("thuiszorg", sent)), "cancelled");
    world_end();
}

static void lose_store_of_broker(void)
{
    world_crash(NETWORK_BROKER);
    world_remove_store(NETWORK_BROKER);
    world_start(NETWORK_BROKER);
    world_pass(5 * TIME_MINUTE_MS);
}

/* Its backup is from before the broker had the referral, and the broker has lost it
 * since: who accepted it brings the offer back, and gets what it accepted. */
static void what_both_have_lost_is_brought_by_the_target(void **state)
{
    static const enum offer_event steps[] = {OFFER_EVENT_ACCEPT, OFFER_EVENT_DECLINE};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        world_fresh(14);
        sim_unplug("thuiszorg", true);
        uint64_t sent = refer();
        back_up("thuiszorg");
        sim_unplug("thuiszorg", false);
        world_pass(TIME_MINUTE_MS);
        lose("thuiszorg");
        lose_store_of_broker();
        uint64_t got = world_newest("aksant", CASE_BOX_NONE);
        world_do("aksant", got, steps[i]);
        assert_int_equal(restore("thuiszorg", PASSPHRASE), CODE_OK);
        world_start("thuiszorg");
        world_pass(5 * TIME_MINUTE_MS);
        bool accepted = steps[i] == OFFER_EVENT_ACCEPT;
        assert_string_equal(offer_state_name(world_state("thuiszorg", sent)),
                accepted ? "accepted" : "declined");
        if (accepted)
            assert_string_equal(world_show("aksant", got)->referral->person->name,
                    "Rosa Voorbeeld");
        world_end();
    }
}

/* Of the two letters of a submission the broker knows one, which has ended. */
static void half_of_it_has_ended_at_the_broker(void **state)
{
    (void)state;
    world_fresh(15);
    sim_unplug("thuiszorg", true);
    uint64_t sent = refer();
    back_up("thuiszorg");
    sim_unplug("thuiszorg", false);
    world_pass(TIME_MINUTE_MS);
    lose_store_of_broker();
    assert_string_equal(world_act("thuiszorg", sent, OFFER_EVENT_CANCEL)->code, "");
    world_quiet();
    lose("thuiszorg");
    assert_int_equal(restore("thuiszorg", PASSPHRASE), CODE_OK);
    world_start("thuiszorg");
    world_pass(5 * TIME_MINUTE_MS);
    assert_string_equal(offer_state_name(world_state("thuiszorg", sent)), "cancelled");
    assert_int_equal(world_status("thuiszorg")->outbox, 0);
    world_end();
}

/* A list whose referrer is put back to a time before it made it: the first candidate is
 * asked. */
static void lose_a_list(void)
{
    static const char *const CANDIDATES[] = {"chambry", "aksant"};
    const struct world_consent wish = {
            .recipients = {"aksant", "chambry"}
    };
    static struct plan plan = {.seed = 16};

    world_fresh(plan.seed);
    plan.n_nodes = (uint32_t)world_network()->n_partners;
    watch_plan(&plan);
    *workload_life() = (struct workload_life){.plan = &plan, .n_nodes = plan.n_nodes};
    uint64_t consent = world_consent("thuiszorg", &wish);
    back_up("thuiszorg");
    const struct world_referral list = {.consent = consent,
            .candidates = CANDIDATES,
            .n_candidates = COUNT_OF(CANDIDATES),
            .mode = MODE_SEQUENTIAL,
            .secret = "Rosa Voorbeeld"};
    assert_string_equal(world_refer_as("thuiszorg", &list)->code, "");
    world_quiet();
    lose("thuiszorg");
    assert_int_equal(restore("thuiszorg", PASSPHRASE), CODE_OK);
    watch_restored("thuiszorg");
    world_start("thuiszorg");
    world_pass(5 * TIME_MINUTE_MS);
    assert_int_equal(world_newest("thuiszorg", CASE_BOX_NONE), 0);
    assert_int_not_equal(world_newest("chambry", CASE_BOX_NONE), 0);
}

/* It goes on without its referrer: to the end that its candidates say, to its limits
 * when they say nothing. */
static void a_list_that_its_referrer_lost_comes_to_its_end(void **state)
{
    (void)state;
    for (int silent = 0; silent < 2; silent++) {
        lose_a_list();
        /* Of these two, who is asked last is looked at first. */
        if (silent)
            world_pass((int64_t)LIMITS_DAYS * TIME_DAY_MS);
        else
            workload_end_all();
        uint64_t got = world_newest("aksant", CASE_BOX_NONE);
        assert_string_equal(offer_state_name(world_state("aksant", got)),
                silent ? "expired" : "declined");
        watch_ended();
        world_end();
    }
}

/* ------------------------------------------------------------ a word that is lost */

static const char FOUND[] = "%s: a %s of %s is not read by all";

static void say_intake(uint16_t state)
{
    const struct set_intake intake = {.state = state};

    world_must("aksant", &(struct request){.intake = &intake}, "");
    world_pass(TIME_MINUTE_MS);
}

/* What it says after its backup is heard, and then lost by itself and by the broker. */
static void lose_a_word(const struct plan *plan)
{
    world_fresh(plan->seed);
    watch_plan(plan);
    say_intake(INTAKE_STATE_OPEN);
    back_up("aksant");
    say_intake(INTAKE_STATE_FULL);
    lose("aksant");
    lose_store_of_broker();
    assert_int_equal(restore("aksant", PASSPHRASE), CODE_OK);
    world_start("aksant");
    world_pass(5 * TIME_MINUTE_MS);
}

static bool nobody(const char *name)
{
    (void)name;
    return false;
}

static bool everybody(const char *name)
{
    (void)name;
    return true;
}

/* The others know it: they do not take the older word for it, but what is said anew. */
static void a_word_that_both_have_lost_is_said_anew(void **state)
{
    const struct plan plan = plan_of(17);

    (void)state;
    lose_a_word(&plan);
    watch_new_broker_store();
    watch_restored("aksant");
    watch_ended();
    say_intake(INTAKE_STATE_FULL);
    /* And now all read the same, as if nothing had been lost. */
    for (size_t i = 0; i < world_network()->n_partners; i++)
        watch_directory(world_network()->partners[i].id, false, everybody);
    world_end();
}

/* Who was not put back has its own word, and brings it. */
static void author_was_not_put_back(const struct plan *plan, void *kind)
{
    lose_a_word(plan);
    watch_tell(kind);
    watch_directory("thuiszorg", true, everybody);
}

/* A broker that has lost nothing gives it back. */
static void broker_has_lost_nothing(const struct plan *plan, void *kind)
{
    lose_a_word(plan);
    watch_tell(kind);
    watch_directory("thuiszorg", false, nobody);
}

/* It has neither the newer nor the older one. */
static void reader_has_nothing(const struct plan *plan, void *kind)
{
    lose_a_word(plan);
    sqlite3 *db = peek_of("thuiszorg");
    assert_int_equal(sqlite3_exec(db,
                             "DELETE FROM thing WHERE slot = 't/aksant/intake/'", NULL,
                             NULL, NULL),
            SQLITE_OK);
    assert_int_equal(sqlite3_changes(db), 1);
    watch_tell(kind);
    watch_directory("thuiszorg", true, nobody);
}

/* It is an older one that it has. */
static void reader_has_an_older_one(const struct plan *plan, void *kind)
{
    lose_a_word(plan);
    sim_unplug("thuiszorg", true);
    say_intake(INTAKE_STATE_FULL);
    watch_tell(kind);
    watch_directory("thuiszorg", true, nobody);
}

static void what_is_not_read_is_found(void **state)
{
    static void (*const lives[])(const struct plan *plan,
            void *kind) = {author_was_not_put_back, broker_has_lost_nothing,
            reader_has_nothing, reader_has_an_older_one};
    const void **kind = mmap(NULL, sizeof *kind, PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const struct plan plan = plan_of(17);

    (void)state;
    assert_ptr_not_equal(kind, MAP_FAILED);
    for (size_t i = 0; i < COUNT_OF(lives); i++) {
        const struct shrink_life life = {.live = lives[i],
                .shared = kind,
                .kind = kind};
        *kind = NULL;
        assert_false(shrink_try(&life, &plan, true));
        assert_non_null(*kind);
        assert_string_equal(*kind, FOUND);
    }
    munmap(kind, sizeof *kind);
}

/* ------------------------------------------------------------ what a backup is */

static void assert_nothing_there(void)
{
    char home[WORLD_PATH_BYTES], path[PATH_BYTES];
    home_of("aksant", home);
    assert_int_equal(access(home, F_OK), -1);
    snprintf(path, sizeof path, "%s.restoring", home);
    assert_int_equal(access(path, F_OK), -1);
}

/* Change the middle byte of a file of the backup. */
static void damage(const char *name)
{
    char path[PATH_BYTES + 32], backup[PATH_BYTES];
    size_t len = 0;
    backup_of("aksant", backup);
    snprintf(path, sizeof path, "%s/%s", backup, name);
    uint8_t *bytes = temp_read(path, &len);
    bytes[len / 2] ^= 0x5a;
    temp_write(path, bytes, len);
    free(bytes);
}

static void a_restore_is_whole_or_nothing(void **state)
{
    (void)state;
    world_fresh(13);
    (void)refer();
    back_up("aksant");
    assert_int_equal(restore("aksant", PASSPHRASE), E_DUPLICATE);
    lose("aksant");
    assert_int_equal(restore("aksant", "another passphrase"), ERR_PASSPHRASE);
    assert_nothing_there();
    static const char *const FILES[] = {"identity.key", "transport.key",
            "generation.key"};
    for (size_t i = 0; i < COUNT_OF(FILES); i++) {
        damage(FILES[i]);
        assert_int_not_equal(restore("aksant", PASSPHRASE), CODE_OK);
        assert_nothing_there();
        damage(FILES[i]);
    }
    assert_int_equal(restore("aksant", PASSPHRASE), CODE_OK);
    assert_int_equal(restore("aksant", PASSPHRASE), E_DUPLICATE);
    world_start("aksant");
    world_pass(TIME_MINUTE_MS);
    assert_true(world_status("aksant")->connected);
    world_end();
}

/* A generation key of later: what was destroyed in between is not readable with it, and
 * the store neither. */
static void files_of_two_backups_do_not_mix(void **state)
{
    char first[PATH_BYTES], later[PATH_BYTES + 8], from[PATH_BYTES + 40],
            to[PATH_BYTES + 40];
    (void)state;
    world_fresh(14);
    (void)refer();
    back_up("aksant");
    backup_of("aksant", first);
    snprintf(later, sizeof later, "%s.1", first);
    assert_int_equal(rename(first, later), 0);
    world_do("aksant", world_newest("aksant", CASE_BOX_NONE), OFFER_EVENT_DECLINE);
    world_pass(TIME_MINUTE_MS);
    back_up("aksant");
    lose("aksant");
    snprintf(from, sizeof from, "%s/node.db", later);
    snprintf(to, sizeof to, "%s/node.db", first);
    assert_int_equal(rename(from, to), 0);
    assert_int_equal(restore("aksant", PASSPHRASE), ERR_KEY_FILE);
    assert_nothing_there();
    world_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_target_goes_on_with_an_open_case),
            cmocka_unit_test(the_first_numbers_are_not_given_again),
            cmocka_unit_test(who_follows_along_hears_of_it_and_misses_nothing),
            cmocka_unit_test(the_referrer_catches_up_with_what_it_missed),
            cmocka_unit_test(a_withdrawal_outlives_an_older_backup),
            cmocka_unit_test(what_was_read_is_not_taken_for_stopped),
            cmocka_unit_test(what_had_not_left_waits_for_the_withdrawal),
            cmocka_unit_test(the_referrer_hears_what_it_had_said_itself),
            cmocka_unit_test(what_both_have_lost_is_brought_by_the_target),
            cmocka_unit_test(half_of_it_has_ended_at_the_broker),
            cmocka_unit_test(a_list_that_its_referrer_lost_comes_to_its_end),
            cmocka_unit_test(a_word_that_both_have_lost_is_said_anew),
            cmocka_unit_test(what_is_not_read_is_found),
            cmocka_unit_test(a_restore_is_whole_or_nothing),
            cmocka_unit_test(files_of_two_backups_do_not_mix),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
