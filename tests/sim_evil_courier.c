/* sim_evil_courier.c - a broker that does its work but changes what it says on the way:
 * it drops, repeats, mixes up and strips mail, or hands it over early. While it does
 * so nobody sees what they may not; when it stops, every referral goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/wire.h"
#include "tests/hostile.h"
#include "tests/peek.h"

enum { SEED = 83, ARENA_BYTES = 16 * 1024 * 1024 };

/* What the rows change: the frame has been read, and is written again. */
struct courier {
    const char *name;
    const char *does;
    const char *end; /* what has become of the referral when it has stopped */
    /* False: the frame does not come at all. */
    bool (*change)(const char *to, struct frame *frame);
};
#define GOES_ON "goes on"

static struct {
    const struct courier *row;
    struct arena arena;
    unsigned n_changed;
    struct span lodged; /* the content that HOME has just put */
} the;

/* ------------------------------------------------------------ changes */

static struct mail *mails_of(const struct frame *frame, size_t more)
{
    const struct deliver *old = frame->deliver;
    struct mail *mails = arena_take(&the.arena, (old->n_mail + more) * sizeof *mails);

    assert_non_null(mails);
    memcpy(mails, old->mail, old->n_mail * sizeof *mails);
    return mails;
}

static void set_mails(struct frame *frame, struct mail *mails, size_t n_mails)
{
    struct deliver *deliver = arena_take(&the.arena, sizeof *deliver);

    assert_non_null(deliver);
    *deliver = (struct deliver){.mail = mails, .n_mail = n_mails};
    frame->deliver = deliver;
    the.n_changed++;
}

static bool drops_mail(const char *to, struct frame *frame)
{
    (void)to;
    the.n_changed += frame->deliver != NULL;
    return frame->deliver == NULL;
}

static bool drops_half(const char *to, struct frame *frame)
{
    static unsigned n;

    (void)to;
    if (frame->deliver == NULL || ++n % 2 == 0)
        return true;
    the.n_changed++;
    return false;
}

static bool drops_answers(const char *to, struct frame *frame)
{
    (void)to;
    the.n_changed += frame->answer != NULL;
    return frame->answer == NULL;
}

static bool drops_to_target(const char *to, struct frame *frame)
{
    (void)frame;
    bool drop = strcmp(to, TARGET) == 0 && frame->welcome == NULL;
    the.n_changed += drop;
    return !drop;
}

static bool repeats_mail(const char *to, struct frame *frame)
{
    (void)to;
    if (frame->deliver == NULL || 2 * frame->deliver->n_mail > 64)
        return true;
    size_t n = frame->deliver->n_mail;
    struct mail *mails = mails_of(frame, n);
    memcpy(mails + n, mails, n * sizeof *mails);
    set_mails(frame, mails, 2 * n);
    return true;
}

static bool turns_mail_round(const char *to, struct frame *frame)
{
    (void)to;
    if (frame->deliver == NULL)
        return true;
    size_t n = frame->deliver->n_mail;
    struct mail *mails = mails_of(frame, 0);
    for (size_t i = 0; i < n; i++)
        mails[i] = frame->deliver->mail[n - 1 - i];
    set_mails(frame, mails, n);
    return true;
}

/* Each of the next takes one part out of each mail. */
#define STRIPS(name, part)                                                             \
    static bool strips_##name(const char *to, struct frame *frame)                     \
    {                                                                                  \
        (void)to;                                                                      \
        if (frame->deliver == NULL)                                                    \
            return true;                                                               \
        struct mail *mails = mails_of(frame, 0);                                       \
        for (size_t i = 0; i < frame->deliver->n_mail; i++)                            \
            mails[i].part = (struct span){NULL, 0};                                    \
        set_mails(frame, mails, frame->deliver->n_mail);                               \
        return true;                                                                   \
    }
STRIPS(letters, letter)
STRIPS(consents, consent)
STRIPS(statuses, status)
STRIPS(receipts, receipt)

/* The number of one mail at another. */
static bool renumbers_mail(const char *to, struct frame *frame)
{
    (void)to;
    if (frame->deliver == NULL)
        return true;
    struct mail *mails = mails_of(frame, 0);
    for (size_t i = 0; i < frame->deliver->n_mail; i++)
        mails[i].mail_id += 1000;
    set_mails(frame, mails, frame->deliver->n_mail);
    return true;
}

static bool strips_answers(const char *to, struct frame *frame)
{
    (void)to;
    if (frame->answer == NULL)
        return true;
    struct answer *bare = arena_take(&the.arena, sizeof *bare);
    assert_non_null(bare);
    *bare = *frame->answer;
    bare->n_receipts = 0;
    bare->n_statuses = 0;
    frame->answer = bare;
    the.n_changed++;
    return true;
}

/* What was lodged, beside the preview. */
static bool hands_over_early(const char *to, struct frame *frame)
{
    bool preview = frame->deliver != NULL && strcmp(to, TARGET) == 0 &&
                   the.lodged.len > 0 && frame->deliver->n_mail < 64;

    if (!preview || frame->deliver->mail[0].letter.len == 0)
        return true;
    size_t n = frame->deliver->n_mail;
    struct mail *mails = mails_of(frame, 1);
    mails[n] = mails[0];
    mails[n].mail_id += 1000;
    mails[n].letter = the.lodged;
    mails[n].status = (struct span){NULL, 0};
    set_mails(frame, mails, n + 1);
    return true;
}

/* Everything goes to both: what the other one was told last comes beside it. */
static bool tells_everybody(const char *to, struct frame *frame)
{
    static struct {
        uint8_t bytes[WIRE_FRAME_MAX];
        size_t len;
    } told[2];
    size_t own = strcmp(to, TARGET) == 0;
    struct frame other;
    struct span bytes;
    struct err err;

    if (frame->deliver == NULL ||
            !wire_put_arena(&WIRE_FRAME, frame, &the.arena, &bytes, &err))
        return true;
    memcpy(told[own].bytes, bytes.at, bytes.len);
    told[own].len = bytes.len;
    struct span last = {told[!own].bytes, told[!own].len};
    if (!wire_get(&WIRE_FRAME, last, &the.arena, &other, &err) ||
            frame->deliver->n_mail + other.deliver->n_mail > 64)
        return true;
    size_t n = frame->deliver->n_mail, more = other.deliver->n_mail;
    struct mail *mails = mails_of(frame, more);
    memcpy(mails + n, other.deliver->mail, more * sizeof *mails);
    for (size_t i = n; i < n + more; i++)
        mails[i].mail_id += 100000;
    set_mails(frame, mails, n + more);
    return true;
}

/* ------------------------------------------------------------ on the way */

/* The content of a put, kept for hands_over_early. */
static void keep_lodged(const struct frame *frame)
{
    static uint8_t kept[80 * 1024];

    if (frame->put == NULL || frame->put->n_letters != 2 ||
            frame->put->letters[1].len > sizeof kept)
        return;
    memcpy(kept, frame->put->letters[1].at, frame->put->letters[1].len);
    the.lodged = (struct span){kept, frame->put->letters[1].len};
}

static struct span on_the_way(void *self, const char *from, const char *to,
        struct span bytes)
{
    static const struct span nothing = {NULL, 0};
    struct frame frame;
    struct err err;
    struct span out;

    (void)self;
    arena_reset(&the.arena, 0);
    bool by_broker = strcmp(from, NETWORK_BROKER) == 0;
    if (strcmp(to, "adapter") == 0 || strcmp(from, "adapter") == 0 ||
            !wire_get(&WIRE_FRAME, bytes, &the.arena, &frame, &err))
        return bytes;
    if (!by_broker) {
        keep_lodged(&frame);
        return bytes;
    }
    unsigned before = the.n_changed;
    if (!the.row->change(to, &frame))
        return nothing;
    if (the.n_changed == before)
        return bytes;
    network_must(wire_put_arena(&WIRE_FRAME, &frame, &the.arena, &out, &err),
            "write a frame again", &err);
    return out;
}

static void watch(bool on)
{
    static const struct sim_watch none = {.self = NULL};
    static const struct sim_watch change = {.change = on_the_way};

    sim_watch(on ? &change : &none);
}

/* It stops, and everybody comes anew. */
static void be_honest(void)
{
    watch(false);
    sim_unplug(HOME, true);
    sim_unplug(TARGET, true);
    sim_unplug(HOME, false);
    sim_unplug(TARGET, false);
    world_pass(2 * TIME_MINUTE_MS);
}

/* ------------------------------------------------------------ a row */

static uint64_t n_cases(void)
{
    return (uint64_t)peek_number(peek_of(TARGET), "SELECT count(*) FROM case_file");
}

/* Nobody has seen a name before the accept. */
static void assert_no_content(uint64_t got)
{
    if (got != 0)
        assert_null(world_show(TARGET, got)->referral);
}

static const char *play(void)
{
    static const struct world_consent wish = {.recipients = {TARGET}};
    uint64_t before = world_newest(TARGET, CASE_BOX_NONE), n = n_cases();

    watch(true);
    uint64_t consent = world_consent(HOME, &wish);
    const struct reply *reply = world_refer(HOME, consent, TARGET, "Rosa Voorbeeld");
    assert_string_equal(reply->code, "");
    uint64_t sent = reply->made->case_number;
    world_pass(TIME_MINUTE_MS);
    uint64_t got = world_newest(TARGET, CASE_BOX_NONE);
    assert_no_content(got > before ? got : 0);
    if (got == before) {
        be_honest();
        got = world_newest(TARGET, CASE_BOX_NONE);
        assert_no_content(got > before ? got : 0);
    }
    if (got == before)
        return world_state(HOME, sent) == OFFER_STATE_REQUESTED ? "not shown" : "lost";
    assert_string_equal(world_act(TARGET, got, OFFER_EVENT_ACCEPT)->code, "");
    world_pass(TIME_MINUTE_MS);
    be_honest();
    world_do(TARGET, got, OFFER_EVENT_START);
    world_pass(TIME_MINUTE_MS);
    assert_int_equal(n_cases(), n + 1);
    if (world_state(HOME, sent) != OFFER_STATE_IN_PROGRESS)
        return "HOME does not know";
    const struct case_detail *file = world_show(TARGET, got);
    if (file->line->state != OFFER_STATE_IN_PROGRESS)
        return "TARGET does not know";
    return file->referral != NULL &&
                           strcmp(file->referral->person->name, "Rosa Voorbeeld") == 0
                   ? GOES_ON
                   : "without its content";
}

static void run_row(void **state)
{
    the.row = *state;
    the.n_changed = 0;
    the.lodged.len = 0;
    const char *end = play();
    assert_true(the.n_changed > 0);
    if (strcmp(end, the.row->end) != 0)
        fail_msg("%s: %s, and the referral %s instead of \"%s\"", the.row->name,
                the.row->does, end, the.row->end);
}

/* clang-format off */
static const struct courier ROWS[] = {
    {"mail that never comes",     "drops all mail",                                      GOES_ON, drops_mail},
    {"half of the mail",          "drops every other delivery",                          GOES_ON, drops_half},
    {"no answers",                "drops the answer to everything",                      GOES_ON, drops_answers},
    {"nothing for TARGET",        "says nothing at all to one member",                   GOES_ON, drops_to_target},
    {"mail twice",                "puts each mail twice into a delivery",                GOES_ON, repeats_mail},
    {"the last mail first",       "turns the mail of each delivery round",               GOES_ON, turns_mail_round},
    {"other numbers",             "numbers the mail anew",                               GOES_ON, renumbers_mail},
    {"mail without letters",      "strips the letters off",                              GOES_ON, strips_letters},
    {"mail without consents",     "strips the consents off",                             "not shown", strips_consents},
    {"mail without statuses",     "strips the statuses off",                             GOES_ON, strips_statuses},
    {"mail without receipts",     "strips the receipts off",                             GOES_ON, strips_receipts},
    {"answers without receipts",  "strips receipts and statuses off its answers",        GOES_ON, strips_answers},
    {"the content early",         "hands over what was lodged beside the preview",       "without its content", hands_over_early},
    {"everything to everybody",   "tells each member what it told the other one too",    GOES_ON, tells_everybody},
};
/* clang-format on */

static int begin(void **state)
{
    peek_begin();
    the.arena = arena_new(ARENA_BYTES);
    world_setup(state);
    world_fresh(SEED);
    return 0;
}

static int end(void **state)
{
    world_end();
    arena_free(&the.arena);
    return world_teardown(state);
}

int main(void)
{
    struct CMUnitTest tests[COUNT_OF(ROWS)];

    for (size_t i = 0; i < COUNT_OF(ROWS); i++)
        tests[i] = (struct CMUnitTest){.name = ROWS[i].name,
                .test_func = run_row,
                .initial_state = (void *)(uintptr_t)&ROWS[i]};
    return _cmocka_run_group_tests("a broker that changes what it says", tests,
            COUNT_OF(ROWS), begin, end);
}
