/* unit_finder.c - who stands where when somebody is looked for, and why: tables over
 * what partners have said. A ranking is written as one line a partner: its name, and
 * the codes of its reasons; behind "--" who cannot be asked. */
#include "nodes/finder.h"

#include "tests/small_network.h"

#define SELF        "house-a" /* supports "antenna" */
#define NEED        NEED_CATEGORY_SOCIAL_CONTACT_VISIT
#define LINES_BYTES 8192

/* --- a network to look in --- */

static void feed(struct world *world, struct statement said)
{
    struct err err = {0};
    enum directory_news news;
    struct span body;
    static uint64_t version;
    size_t used = world->net.arena.used;
    said.v = 1;
    if (said.version == 0)
        said.version = ++version;
    if (said.issued_ms == 0)
        said.issued_ms = (uint64_t)SMALL_NOW - 1000;
    if (said.until_ms == 0)
        said.until_ms = (uint64_t)(SMALL_NOW + 10 * SMALL_DAY);
    if (!wire_put_arena(&WIRE_STATEMENT, &said, &world->net.arena, &body, &err) ||
            !directory_feed(world->net.directory, KIND_STATEMENT, said.author, body,
                    body, SMALL_NOW, &news, &err))
        fail_msg("%s: %s", said.author, err.msg);
    arena_reset(&world->net.arena, used);
}

static void say_key(struct world *world, const char *author)
{
    struct epoch_key key = {.from_ms = (uint64_t)(SMALL_NOW - SMALL_DAY),
            .until_ms = (uint64_t)(SMALL_NOW + 7 * SMALL_DAY)};
    memset(key.key.b, 7, sizeof key.key.b);
    struct key32 hash = hash_sha256_one(SPAN_OF(key.key));
    memcpy(key.ekid.b, hash.b, sizeof key.ekid.b);
    struct epoch_keys keys = {.keys = &key, .n_keys = 1};
    feed(world, (struct statement){.author = author,
                        .kind = STATEMENT_KIND_EPOCH_KEYS,
                        .subject = "",
                        .epoch_keys = &keys});
}

static void agree(struct world *world, const char *other, bool secrecy)
{
    static const uint16_t rows[] = {1, 2};
    bool first = strcmp(SELF, other) < 0;
    struct terms terms = {.v = 1,
            .a = first ? SELF : other,
            .b = first ? other : SELF,
            .purposes = rows,
            .n_purposes = 2,
            .data_categories = rows,
            .n_data_categories = 2,
            .a_secrecy_bound = secrecy,
            .b_secrecy_bound = secrecy,
            .a_reason = secrecy ? "by law" : "",
            .b_reason = secrecy ? "by law" : "",
            .until_day = (uint32_t)time_brussels_day(SMALL_NOW) + 100};
    struct err err = {0};
    struct partnership words = {.partner = other};
    assert_true(
            wire_put_arena(&WIRE_TERMS, &terms, &world->net.arena, &words.terms, &err));
    struct statement said = {.author = SELF,
            .kind = STATEMENT_KIND_PARTNERSHIP,
            .subject = other,
            .partnership = &words};
    feed(world, said);
    words.partner = SELF;
    said.author = other;
    said.subject = SELF;
    feed(world, said);
}

static void admit(struct world *world, const char *name, uint16_t type,
        const char *area)
{
    const char *const areas[] = {area};
    struct small_member member = small_member_new(name, ROLE_NODE);
    struct membership membership = small_membership(&member, 1);
    membership.partner_type = type;
    membership.areas = areas;
    membership.n_areas = area[0] != '\0';
    assert_int_equal(small_feed_member(world, &membership), DIRECTORY_NEW);
    small_member_free(&member);
}

/* One that can be asked, and says nothing else. */
static void join(struct world *world, const char *name)
{
    admit(world, name, PARTNER_TYPE_LDC, "");
    say_key(world, name);
    agree(world, name, true);
}

/* What it does for NEED, where, and in which language ("": not said). */
static void serve(struct world *world, const char *author, const char *subject,
        const char *area, const char *language)
{
    struct service service = {.need = NEED,
            .areas = &area,
            .n_areas = area[0] != '\0',
            .languages = &language,
            .n_languages = language[0] != '\0'};
    feed(world, (struct statement){.author = author,
                        .kind = STATEMENT_KIND_SERVICE,
                        .subject = subject,
                        .service = &service});
}

static void have_room(struct world *world, const char *author, const char *subject,
        struct capacity room)
{
    room.need = NEED;
    feed(world, (struct statement){.author = author,
                        .kind = STATEMENT_KIND_CAPACITY,
                        .subject = subject,
                        .capacity = &room});
}

static void take(struct world *world, const char *author, const char *subject,
        uint16_t state)
{
    const struct intake intake = {.state = state};
    feed(world, (struct statement){.author = author,
                        .kind = STATEMENT_KIND_INTAKE,
                        .subject = subject,
                        .intake = &intake});
}

/* --- looking --- */

static const uint16_t ONE_NEED[] = {NEED};
static const struct finder_ask USUAL = {.self = SELF,
        .needs = ONE_NEED,
        .n_needs = 1,
        .place = "21004",
        .language = ""};

static struct finder_rank ranks[DIRECTORY_MEMBERS_MAX];

/* Everybody but those that every world has. */
static const char *look(struct world *world, const struct finder_ask *ask,
        int64_t now_ms)
{
    static char text[LINES_BYTES];
    size_t n = finder_rank(world->net.directory, ask, now_ms, ranks);
    size_t len = 0;
    bool shut = false;
    text[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        const struct finder_rank *rank = &ranks[i];
        const char *name = rank->member->partner;
        if (strcmp(name, SELF) == 0 || strcmp(name, "house-b") == 0 ||
                strcmp(name, "antenna") == 0)
            continue;
        if (!rank->askable && !shut)
            len += (size_t)snprintf(text + len, sizeof text - len, "--\n");
        /* Who can be asked stands before all who cannot. */
        assert_false(rank->askable && shut);
        shut = !rank->askable;
        len += (size_t)snprintf(text + len, sizeof text - len, "%s:", name);
        for (size_t k = 0; k < rank->n_reasons; k++)
            len += (size_t)snprintf(text + len, sizeof text - len, " %s",
                    vocab_code(VOCAB_FIND_REASON, rank->reasons[k]));
        len += (size_t)snprintf(text + len, sizeof text - len, "\n");
    }
    return text;
}

static const struct finder_rank *rank_of(const char *name, size_t n)
{
    size_t i = 0;
    while (i < n && strcmp(ranks[i].member->partner, name) != 0)
        i++;
    assert_true(i < n);
    return &ranks[i];
}

/* --- each question by itself --- */

static void who_says_that_it_offers_it_stands_first(void **state)
{
    struct world *world = *state;
    const struct service other = {.need = NEED_CATEGORY_DEBT};
    join(world, "a-not");
    join(world, "b-perhaps");
    join(world, "c-does");
    feed(world, (struct statement){.author = "a-not",
                        .kind = STATEMENT_KIND_SERVICE,
                        .subject = "debt",
                        .service = &other});
    serve(world, "c-does", "visits", "", "");
    assert_string_equal(look(world, &USUAL, SMALL_NOW),
            "c-does: serves area_unknown capacity_unknown answers_unknown\n"
            "b-perhaps: serves_perhaps area_unknown capacity_unknown answers_unknown\n"
            "--\n"
            "a-not: serves_not area_unknown capacity_unknown answers_unknown\n");
    /* Of several needs the worst counts. */
    static const uint16_t needs[] = {NEED, NEED_CATEGORY_DEBT};
    struct finder_ask ask = USUAL;
    ask.needs = needs;
    ask.n_needs = 2;
    assert_string_equal(look(world, &ask, SMALL_NOW),
            "b-perhaps: serves_perhaps area_unknown capacity_unknown answers_unknown\n"
            "--\n"
            "a-not: serves_not area_unknown capacity_unknown answers_unknown\n"
            "c-does: serves_not area_unknown capacity_unknown answers_unknown\n");
}

static const char *const SECTORS[] = {"21004A01-", "21004A02-"};

static void the_nearer_place_stands_first(void **state)
{
    struct world *world = *state;
    small_area(&world->net, "21004", SECTORS, 2);
    join(world, "a-elsewhere");
    join(world, "b-unknown");
    join(world, "c-part");
    join(world, "d-here");
    admit(world, "e-member", PARTNER_TYPE_LDC, "21004");
    say_key(world, "e-member");
    agree(world, "e-member", true);
    serve(world, "a-elsewhere", "x", "21009", "");
    serve(world, "b-unknown", "x", "", "");
    serve(world, "c-part", "x", "21004A01-", "");
    serve(world, "d-here", "x", "21004", "");
    serve(world, "e-member", "x", "", "");
    assert_string_equal(look(world, &USUAL, SMALL_NOW),
            "d-here: serves area_here capacity_unknown answers_unknown\n"
            "e-member: serves area_here capacity_unknown answers_unknown\n"
            "c-part: serves area_part capacity_unknown answers_unknown\n"
            "b-unknown: serves area_unknown capacity_unknown answers_unknown\n"
            "a-elsewhere: serves area_elsewhere capacity_unknown answers_unknown\n");
    struct finder_ask ask = USUAL;
    ask.place = "21004A01-";
    assert_string_equal(look(world, &ask, SMALL_NOW),
            "c-part: serves area_sector capacity_unknown answers_unknown\n"
            "d-here: serves area_here capacity_unknown answers_unknown\n"
            "e-member: serves area_here capacity_unknown answers_unknown\n"
            "b-unknown: serves area_unknown capacity_unknown answers_unknown\n"
            "a-elsewhere: serves area_elsewhere capacity_unknown answers_unknown\n");
    ask.place = "21004A02-";
    assert_non_null(strstr(look(world, &ask, SMALL_NOW),
            "c-part: serves area_elsewhere capacity_unknown answers_unknown\n"));
    /* What a code begins with says nothing: no table knows this one. */
    ask.place = "21004A03-";
    assert_non_null(strstr(look(world, &ask, SMALL_NOW),
            "d-here: serves area_elsewhere capacity_unknown answers_unknown\n"));
}

static void a_language_counts_only_when_one_is_asked(void **state)
{
    struct world *world = *state;
    join(world, "a-french");
    join(world, "b-unknown");
    join(world, "c-dutch");
    serve(world, "a-french", "x", "", "fr");
    serve(world, "b-unknown", "x", "", "");
    serve(world, "c-dutch", "x", "", "nl");
    struct finder_ask ask = USUAL;
    ask.language = "nl-BE";
    assert_string_equal(look(world, &ask, SMALL_NOW),
            "c-dutch: serves area_unknown language_spoken capacity_unknown "
            "answers_unknown\n"
            "b-unknown: serves area_unknown language_unknown capacity_unknown "
            "answers_unknown\n"
            "a-french: serves area_unknown language_not capacity_unknown "
            "answers_unknown\n");
    assert_string_equal(look(world, &USUAL, SMALL_NOW),
            "a-french: serves area_unknown capacity_unknown answers_unknown\n"
            "b-unknown: serves area_unknown capacity_unknown answers_unknown\n"
            "c-dutch: serves area_unknown capacity_unknown answers_unknown\n");
}

static void who_has_room_stands_first_and_what_is_stale_is_not_known(void **state)
{
    enum { OPEN = CAPACITY_STATE_OPEN, WAIT = CAPACITY_STATE_WAITLIST };
    static const struct {
        const char *name;
        struct capacity room;
    } rows[] = {
            {"a-full",  {.state = CAPACITY_STATE_FULL}             },
            {"c-long",  {.state = WAIT, .waitlist_days = 31}       },
            {"d-short", {.state = WAIT, .waitlist_days = 30}       },
            {"e-talk",  {.state = CAPACITY_STATE_NEEDS_ASSESSMENT} },
            {"f-open",  {.state = OPEN}                            },
            {"g-few",   {.state = OPEN, .band = CAPACITY_BAND_1_2} },
            {"h-some",  {.state = OPEN, .band = CAPACITY_BAND_3_5} },
            {"i-many",  {.state = OPEN, .band = CAPACITY_BAND_6_UP}},
    };
    static const char *const ORDER[] = {"i-many", "h-some", "g-few", "f-open", "e-talk",
            "d-short", "c-long", "b-silent", "a-full"};
    struct world *world = *state;
    join(world, "b-silent");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        join(world, rows[i].name);
        have_room(world, rows[i].name, "x", rows[i].room);
    }
    (void)look(world, &USUAL, SMALL_NOW);
    size_t k = 0;
    for (size_t i = 0; k < COUNT_OF(ORDER); i++) {
        if (strcmp(ranks[i].member->partner, ORDER[k]) == 0)
            k++;
        else
            assert_true(ranks[i].own);
    }
    /* After ten days nobody knows; keys and partnerships last longer in this net. */
    int64_t later_ms = SMALL_NOW + 10 * SMALL_DAY;
    size_t n = finder_rank(world->net.directory, &USUAL, later_ms, ranks);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_false(rank_of(rows[i].name, n)->capacity.known);
}

static void two_words_of_one_version_say_nothing(void **state)
{
    struct world *world = *state;
    struct capacity open = {.need = NEED, .state = CAPACITY_STATE_OPEN};
    struct capacity full = {.need = NEED, .state = CAPACITY_STATE_FULL};
    struct statement said = {.author = "b-clash",
            .kind = STATEMENT_KIND_CAPACITY,
            .subject = "x",
            .version = 9};
    join(world, "a-silent");
    join(world, "b-clash");
    said.capacity = &open;
    feed(world, said);
    assert_non_null(strstr(look(world, &USUAL, SMALL_NOW), "b-clash: serves_perhaps "
                                                           "area_unknown "
                                                           "capacity_open"));
    said.capacity = &full;
    feed(world, said);
    assert_string_equal(look(world, &USUAL, SMALL_NOW),
            "a-silent: serves_perhaps area_unknown capacity_unknown answers_unknown\n"
            "b-clash: serves_perhaps area_unknown capacity_unknown answers_unknown\n");
}

static void who_answers_us_stands_before_who_does_not(void **state)
{
    static const struct finder_record records[] = {
            {"a-badly", 10, 4, 1},
            {"c-mixed", 10, 7, 1},
            {"d-slow",  10, 8, 9},
            {"e-quick", 4,  4, 2},
            {"f-twice", 2,  0, 1},
    };
    struct world *world = *state;
    static const char *const NAMES[] = {"a-badly", "b-new", "c-mixed", "d-slow",
            "e-quick", "f-twice"};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++)
        join(world, NAMES[i]);
    struct finder_ask ask = USUAL;
    ask.records = records;
    ask.n_records = COUNT_OF(records);
    assert_string_equal(look(world, &ask, SMALL_NOW),
            "e-quick: serves_perhaps area_unknown capacity_unknown answers_well\n"
            "d-slow: serves_perhaps area_unknown capacity_unknown answers_well\n"
            "c-mixed: serves_perhaps area_unknown capacity_unknown answers_mixed\n"
            "b-new: serves_perhaps area_unknown capacity_unknown answers_unknown\n"
            "f-twice: serves_perhaps area_unknown capacity_unknown answers_unknown\n"
            "a-badly: serves_perhaps area_unknown capacity_unknown answers_badly\n");
}

/* --- who cannot be asked --- */

static void each_no_is_told_and_nobody_is_left_out(void **state)
{
    struct world *world = *state;
    admit(world, "a-stranger", PARTNER_TYPE_LDC, "");
    say_key(world, "a-stranger");
    admit(world, "b-open-mouth", PARTNER_TYPE_NEIGHBOURHOUSE, "");
    say_key(world, "b-open-mouth");
    agree(world, "b-open-mouth", false);
    admit(world, "c-keyless", PARTNER_TYPE_LDC, "");
    agree(world, "c-keyless", true);
    join(world, "d-closed");
    take(world, "d-closed", "", INTAKE_STATE_FULL);
    join(world, "e-away");
    uint32_t today = (uint32_t)time_brussels_day(SMALL_NOW);
    const struct absence absence = {.from_day = today, .until_day = today + 3};
    feed(world, (struct statement){.author = "e-away",
                        .kind = STATEMENT_KIND_ABSENCE,
                        .subject = "x",
                        .absence = &absence});
    join(world, "f-suspended");
    directory_suspend(world->net.directory, "f-suspended", true);
    join(world, "g-out");
    small_revoke(&world->net, "g-out", 1);
    join(world, "h-fine");
    assert_string_equal(look(world, &USUAL, SMALL_NOW),
            "h-fine: serves_perhaps area_unknown capacity_unknown answers_unknown\n"
            "--\n"
            "a-stranger: no_partnership serves_perhaps area_unknown capacity_unknown "
            "answers_unknown\n"
            "b-open-mouth: no_secrecy serves_perhaps area_unknown capacity_unknown "
            "answers_unknown\n"
            "c-keyless: no_key serves_perhaps area_unknown capacity_unknown "
            "answers_unknown\n"
            "d-closed: intake_closed serves_perhaps area_unknown capacity_unknown "
            "answers_unknown\n"
            "e-away: absent serves_perhaps area_unknown capacity_unknown "
            "answers_unknown\n"
            "f-suspended: no_member serves_perhaps area_unknown capacity_unknown "
            "answers_unknown\n");
    size_t n = finder_rank(world->net.directory, &USUAL, SMALL_NOW, ranks);
    assert_int_equal(rank_of("e-away", n)->absent_until_day, today + 3);
}

static void the_consent_names_who_may_be_asked(void **state)
{
    static const char *const NAMES[] = {"a-named", SELF, "antenna"};
    static const uint16_t TYPES[] = {PARTNER_TYPE_CAW};
    struct world *world = *state;
    join(world, "a-named");
    join(world, "b-other");
    admit(world, "c-kind", PARTNER_TYPE_CAW, "21004");
    say_key(world, "c-kind");
    agree(world, "c-kind", true);
    admit(world, "d-kind-elsewhere", PARTNER_TYPE_CAW, "21009");
    say_key(world, "d-kind-elsewhere");
    agree(world, "d-kind-elsewhere", true);
    struct finder_consent consent = {.recipients = NAMES,
            .n_recipients = 3,
            .recipient_types = TYPES,
            .n_recipient_types = 1,
            .area = "21004"};
    struct finder_ask ask = USUAL;
    ask.consent = &consent;
    ask.place = "21004A01-";
    small_area(&world->net, "21004", SECTORS, 2);
    assert_string_equal(look(world, &ask, SMALL_NOW),
            "c-kind: serves_perhaps area_here capacity_unknown answers_unknown "
            "consent_names\n"
            "a-named: serves_perhaps area_unknown capacity_unknown answers_unknown "
            "consent_names\n"
            "--\n"
            "b-other: consent_not serves_perhaps area_unknown capacity_unknown "
            "answers_unknown\n"
            "d-kind-elsewhere: consent_not serves_perhaps area_elsewhere "
            "capacity_unknown answers_unknown\n");
    /* A kind is named for its area only. */
    ask.place = "21009";
    assert_non_null(strstr(look(world, &ask, SMALL_NOW), "c-kind: consent_not"));
    assert_non_null(
            strstr(look(world, &ask, SMALL_NOW), "d-kind-elsewhere: consent_not"));
}

/* --- antennas --- */

static void admit_antenna(struct world *world, const char *name, const char *by)
{
    struct small_member member = small_member_new(name, ROLE_SUPPORTED);
    struct membership membership = small_membership(&member, 1);
    membership.supported_by = by;
    membership.partner_type = PARTNER_TYPE_ANTENNA;
    assert_int_equal(small_feed_member(world, &membership), DIRECTORY_NEW);
    small_member_free(&member);
}

static void an_antenna_is_asked_through_who_supports_it(void **state)
{
    static const char *const ONE[] = {"b-antenna"}, *const BOTH[] = {"b-antenna",
                                                            "a-ldc"};
    struct world *world = *state;
    join(world, "a-ldc");
    admit_antenna(world, "b-antenna", "a-ldc");
    admit_antenna(world, "c-orphan", "house-b");
    serve(world, "a-ldc", "b-antenna:visits", "21004", "");
    have_room(world, "a-ldc", "b-antenna:visits",
            (struct capacity){.state = CAPACITY_STATE_OPEN});
    assert_string_equal(look(world, &USUAL, SMALL_NOW),
            "b-antenna: serves area_here capacity_open answers_unknown\n"
            "a-ldc: serves_perhaps area_unknown capacity_unknown answers_unknown\n"
            "--\n"
            "c-orphan: no_partnership no_key serves_perhaps area_unknown "
            "capacity_unknown answers_unknown\n");
    assert_string_equal(ranks[0].server->partner, "a-ldc");
    struct finder_consent consent = {.recipients = ONE, .n_recipients = 1, .area = ""};
    struct finder_ask ask = USUAL;
    ask.consent = &consent;
    assert_non_null(strstr(look(world, &ask, SMALL_NOW), "b-antenna: consent_not"));
    consent.recipients = BOTH;
    consent.n_recipients = 2;
    assert_non_null(strstr(look(world, &ask, SMALL_NOW), "b-antenna: serves"));
    take(world, "a-ldc", "b-antenna:", INTAKE_STATE_VOLUNTEERS_AT_LIMIT);
    assert_non_null(strstr(look(world, &USUAL, SMALL_NOW),
            "--\nb-antenna: intake_limit serves area_here capacity_open"));
}

/* Whatever else is said, in any order: who is at the limit is never among those that
 * can be asked. */
static void nobody_at_the_limit_can_be_asked(void **state)
{
    enum { RUNS = 10000, ANTENNAS = 8 };
    struct world *world = *state;
    uint32_t random = 1;
    bool limit[ANTENNAS] = {false};
    char names[ANTENNAS][PARTNER_BYTES];
    join(world, "ldc");
    for (int i = 0; i < ANTENNAS; i++) {
        snprintf(names[i], sizeof names[i], "net-%d", i);
        admit_antenna(world, names[i], "ldc");
    }
    for (int run = 0; run < RUNS; run++) {
        random = random * 1664525 + 1013904223;
        unsigned which = random >> 20 & 7;
        uint16_t said = (uint16_t)(INTAKE_STATE_OPEN + (random >> 24) % 4);
        char subject[PARTNER_BYTES + 1];
        snprintf(subject, sizeof subject, "%s:", names[which]);
        const struct intake intake = {.state = said,
                .paused_until_ms =
                        said == INTAKE_STATE_PAUSED ? (uint64_t)(SMALL_NOW + 1) : 0};
        /* Each time a day later: nobody says so much on one. */
        uint64_t issued_ms = (uint64_t)(SMALL_NOW - (RUNS - run) * SMALL_DAY);
        feed(world, (struct statement){.author = "ldc",
                            .kind = STATEMENT_KIND_INTAKE,
                            .subject = subject,
                            .issued_ms = issued_ms,
                            .intake = &intake});
        limit[which] = said != INTAKE_STATE_OPEN;
        size_t n = finder_rank(world->net.directory, &USUAL, SMALL_NOW, ranks);
        for (size_t i = 0; i < n; i++)
            for (int k = 0; k < ANTENNAS; k++)
                if (strcmp(ranks[i].member->partner, names[k]) == 0)
                    assert_int_equal(ranks[i].askable, !limit[k]);
    }
}

/* --- our own --- */

static void our_own_is_marked_and_never_first_for_its_role(void **state)
{
    struct world *world = *state;
    struct membership self = small_membership(&world->a, 2);
    static const char *const HERE[] = {"21004"};
    self.partner_type = PARTNER_TYPE_REGISSEUR;
    self.areas = HERE; /* it coordinates there; what others say is less */
    self.n_areas = 1;
    assert_int_equal(small_feed_member(world, &self), DIRECTORY_NEW);
    have_room(world, SELF, "x", (struct capacity){.state = CAPACITY_STATE_OPEN});
    join(world, "z-last");
    size_t n = finder_rank(world->net.directory, &USUAL, SMALL_NOW, ranks);
    assert_string_equal(ranks[0].member->partner, "z-last");
    const struct finder_rank *own = rank_of(SELF, n);
    assert_true(own->own && own->askable);
    assert_int_equal(own->reasons[own->n_reasons - 1], FIND_REASON_OWN);
    assert_true(rank_of("antenna", n)->own);
    /* What it says of itself counts like what others say. */
    serve(world, SELF, "x", "21004", "");
    n = finder_rank(world->net.directory, &USUAL, SMALL_NOW, ranks);
    assert_string_equal(ranks[0].member->partner, SELF);
    serve(world, "z-last", "x", "21004", "");
    have_room(world, "z-last", "x", (struct capacity){.state = CAPACITY_STATE_OPEN});
    n = finder_rank(world->net.directory, &USUAL, SMALL_NOW, ranks);
    assert_string_equal(ranks[0].member->partner, "z-last");
    assert_true(rank_of(SELF, n)->own);
}

/* --- many --- */

/* 2,000 members with five services and five capacities each: the best is found, all are
 * there once, and whoever stands higher is not worse. */
static void ten_thousand_services_are_ranked(void **state)
{
    enum { SERVICES_EACH = 5, BEST = 1236 };
    struct world *world = *state;
    size_t n_members = directory_member_count(world->net.directory);
    for (size_t i = n_members; i < DIRECTORY_MEMBERS_MAX; i++) {
        char name[24];
        snprintf(name, sizeof name, "p-%04zu", i);
        admit(world, name, PARTNER_TYPE_LDC, i % 3 == 0 ? "21004" : "21009");
        for (uint16_t k = 0; k < SERVICES_EACH; k++) {
            char subject[PARTNER_BYTES + 1];
            snprintf(subject, sizeof subject, "s%d", k);
            /* Everybody does something else; every fourth does what is asked. */
            uint16_t need = k == 0 && i % 4 == 0 ? NEED : (uint16_t)(1 + (i + k) % 9);
            if (need == NEED && !(k == 0 && i % 4 == 0))
                need = NEED_CATEGORY_DEBT;
            const struct service service = {.need = need};
            const struct capacity capacity = {.need = need,
                    .state = i == BEST ? CAPACITY_STATE_OPEN : CAPACITY_STATE_FULL};
            feed(world, (struct statement){.author = name,
                                .kind = STATEMENT_KIND_SERVICE,
                                .subject = subject,
                                .service = &service});
            feed(world, (struct statement){.author = name,
                                .kind = STATEMENT_KIND_CAPACITY,
                                .subject = subject,
                                .capacity = &capacity});
        }
        if (i == BEST || i == BEST + 1) {
            say_key(world, name);
            agree(world, name, true);
        }
    }
    struct finder_ask ask = USUAL;
    ask.place = "21004";
    size_t n = finder_rank(world->net.directory, &ask, SMALL_NOW, ranks);
    assert_int_equal(n, DIRECTORY_MEMBERS_MAX - 1); /* the broker is no candidate */
    for (size_t i = 0; i + 1 < n; i++) {
        assert_true(ranks[i].askable || !ranks[i + 1].askable);
        assert_true(ranks[i].points[0] < ranks[i + 1].points[0] ||
                    ranks[i].points[1] <= ranks[i + 1].points[1]);
    }
    char best[24];
    snprintf(best, sizeof best, "p-%04d", BEST);
    assert_string_equal(ranks[0].member->partner, best);
    for (size_t i = n_members; i < DIRECTORY_MEMBERS_MAX; i += 97) {
        char name[24];
        snprintf(name, sizeof name, "p-%04zu", i);
        (void)rank_of(name, n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            IN_WORLD(who_says_that_it_offers_it_stands_first),
            IN_WORLD(the_nearer_place_stands_first),
            IN_WORLD(a_language_counts_only_when_one_is_asked),
            IN_WORLD(who_has_room_stands_first_and_what_is_stale_is_not_known),
            IN_WORLD(two_words_of_one_version_say_nothing),
            IN_WORLD(who_answers_us_stands_before_who_does_not),
            IN_WORLD(each_no_is_told_and_nobody_is_left_out),
            IN_WORLD(the_consent_names_who_may_be_asked),
            IN_WORLD(an_antenna_is_asked_through_who_supports_it),
            IN_WORLD(nobody_at_the_limit_can_be_asked),
            IN_WORLD(our_own_is_marked_and_never_first_for_its_role),
            IN_WORLD(ten_thousand_services_are_ranked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
