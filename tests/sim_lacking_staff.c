/* sim_lacking_staff.c - what staff type at eight command lines, while one thing that a
 * program needs is not there: the command line says what happened, and once nothing is
 * lacking any more, every row of every store is in order and the same can be done
 * (tests/lacking.h). SCENE="a claim" plays only that one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "nodes/cli/cli.h"
#include "tests/lacking.h"
#include "tests/peek.h"
#include "tests/temp.h"
#include "tests/walk.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"
#define HOUSE  "chambry"
#define POINT  "meldpunt"
#define REGIE  "regie"
#define WEST   "regie-west"
#define HELPER "noord"
#define BROKER NETWORK_BROKER

enum {
    SEED = 78,
    READY_MAX = 16,
    LINES_MAX = 8,
    WORLD_AGE_MAX = 25,
    SCENES_A_DAY = 8,
    FEW = 8
};

static const char *const ALL[] = {HOME, TARGET, HOUSE, POINT, REGIE, WEST, HELPER,
        BROKER};

/* Whose command line, and what is typed there; nobody's: so many days pass, and before
 * them, with none, a new world begins. "#" is the newest case of that partner,
 * "^" the one before it, "&" its newest consent, "$" the count in what was said last.
 */
struct line {
    const char *who, *typed;
};

struct scene {
    const char *name;
    struct line ready[READY_MAX], lines[LINES_MAX];
};

/* ---- lines that begin much ---- */

/* clang-format off */
#define CONSENT(who, to) {who, "consent give --person Rosa --how in_person --recipients " to " --purposes care_coordination,informal_support --level s1 --onward 2 --basis consent_explicit" \
        " --data contact,area,age_band,language,needs,household,strengths,network --preview area,age_band,language,needs --until @90"}
#define REFER(to, more) {HOME, "refer --consent & --to " to " --area 21004 --name Rosa --need loneliness_isolation --urgency routine --purpose care_coordination " more}
#define SIGNAL(more) {HOME, "signal --to meldpunt --person Rosa~Voorbeeld,~Kerkstraat~12 --need loneliness_isolation --observations not_seen_recently --area 21004 " more}
#define TRIAGED SIGNAL(""), {POINT, "triage #"}
#define REFERRED(to) CONSENT(HOME, to), REFER("aksant", "")
#define ACCEPTED REFERRED("aksant"), {TARGET, "accept #"}

static const struct scene SIGNALS[] = {
        {"raising", {CONSENT(HOME, "meldpunt,noord")}, {SIGNAL("--consent & --phone 02~000~00~00 --channel phone --text shutters~stay~down")}},
        {"triage", {SIGNAL("")}, {{POINT, "inbox"}, {POINT, "show #"}, {POINT, "triage # --urgency urgent"}}},
        {"an attempt", {TRIAGED}, {{POINT, "attempt # --kind phone --on @1"}, {POINT, "attempt # --result no_answer_1"}}},
        {"joining", {SIGNAL(""), {POINT, "triage #"}, SIGNAL(""), {POINT, "triage #"}}, {{POINT, "link # --with ^"}, {POINT, "show #"}}},
        {"a convert", {TRIAGED, CONSENT(POINT, "thuiszorg")}, {{POINT, "convert # --consent & --to thuiszorg --name Rosa"}}},
        {"how it went", {TRIAGED, CONSENT(POINT, "thuiszorg"), {POINT, "convert # --consent & --to thuiszorg --name Rosa"}, {HOME, "accept #"}, {HOME, "start #"},
            {HOME, "outcome # --outcome need_met"}}, {{POINT, "confirm # --result met"}, {HOME, "show #"}}},
        {"a crisis", {TRIAGED}, {{POINT, "signal crisis # --called emergency_112"}}},
        {"nothing", {TRIAGED}, {{POINT, "signal no-action # --reason unfounded"}, {POINT, "signal close #"}, {POINT, "show #"}}},
        {"a visit", {TRIAGED}, {{POINT, "visit plan # --on @1 --goes social_worker --aim check_signal"}, {POINT, "visit postpone # --on @2 --reason person_asked"},
            {POINT, "visit list #"}, {POINT, "visit report # --result met --text opened"}}},
        {"sharing", {SIGNAL(""), CONSENT(POINT, "noord")}, {{HELPER, "subscribe --areas 21004 --needs loneliness_isolation"}, {POINT, "subscription list"},
            {POINT, "share # --consent &"}, {HELPER, "subscription end"}}},
        {"reports", {TRIAGED}, {{POINT, "report area --own"}, {POINT, "report flow"}, {TARGET, "report capacity"}, {HOUSE, "report barriers"}, {REGIE, "report escalations"}}},
        {"taking back", {CONSENT(HOME, "meldpunt"), SIGNAL("--consent &"), {POINT, "triage #"}}, {{HOME, "consent withdraw & --reason person_asked"}, {POINT, "show #"}}},
        {"no help", {TRIAGED}, {{POINT, "signal declined #"}}},
};

static const struct scene NEIGHBOURS[] = {
        {"an ask", {{NULL, NULL}}, {{HOUSE, "ask post --need odd_jobs_home --area 21004 --text Who~can~mend~a~tap? --sure"}, {TARGET, "ask list"}}},
        {"a claim", {{HOUSE, "--json ask post --need odd_jobs_home --area 21004 --text Who~can~mend~a~tap? --sure"}}, {{TARGET, "ask claim chambry/$"},
            {TARGET, "ask release chambry/$"}, {HELPER, "ask claim chambry/$ --antenna antenne"}, {HELPER, "ask done chambry/$"}}},
        {"an ask of a case", {REFERRED("aksant"), CONSENT(HOME, "aksant")}, {{HOME, "--json ask post --from-case # --consent & --need odd_jobs_home --area 21004 --text Who~helps?"},
            {HOME, "ask withdraw $"}}},
        {"a case of an ask", {{HOME, "--json ask post --need odd_jobs_home --area 21004 --text Who~can~mend~a~tap? --sure"}, CONSENT(HOME, "aksant")},
            {REFER("aksant", "--from-ask $")}},
        {"a campaign", {{NULL, NULL}}, {{HOUSE, "--json campaign set --title Coffee --text Thursdays --audiences older_people --areas 21004 --languages nl --sure"},
            {TARGET, "campaign list"}, {HOUSE, "campaign end $"}}},
        {"a barrier", {{NULL, NULL}}, {{HOUSE, "--json barrier set waiting_time --need debt --areas 21004 --text Three~months --sure"}, {TARGET, "barrier list"},
            {HOUSE, "barrier end $"}}},
        {"advice", {{NULL, NULL}}, {{HOUSE, "--json advice post --title Shorter --text Twice~as~often --to aksant --areas 21004 --sure"},
            {TARGET, "advice answer chambry/$ taken_up --text From~March --sure"}, {HOUSE, "advice list"}, {HOUSE, "advice show chambry/$"}, {HOUSE, "advice end $"}}},
        {"volunteers", {{NULL, NULL}}, {{HELPER, "volunteers set antenne --limit 2 --band 6_9"}, {HELPER, "load"}, {HELPER, "volunteers end antenne"}}},
        {"what is offered", {{NULL, NULL}}, {{TARGET, "service set social_contact_visit --areas 21004 --languages nl,fr"}, {TARGET, "capacity set social_contact_visit open --area 21004"},
            {TARGET, "absence set --from @20 --until @25"}, {TARGET, "absence end @20"}, {TARGET, "capacity end social_contact_visit --area 21004"}, {TARGET, "service end social_contact_visit"},
            {HELPER, "intake set full --antenna antenne"}, {HELPER, "intake set open --antenna antenne"}}},
        {"finding", {CONSENT(HOME, "aksant"), {TARGET, "service set social_contact_visit --areas 21004"}}, {{HOME, "find --need social_contact_visit --area 21004 --consent &"},
            {HOME, "directory"}, {HOME, "service list aksant"}, {HOME, "capacity list"}, {HOME, "intake show"}, {HOME, "absence list"}, {HOME, "mandate show regie"}}},
        {"a mandate", {{NULL, NULL}}, {{WEST, "mandate set --areas 21004 --text West"}, {HOME, "mandate show"}, {WEST, "mandate end"}}},
        {"standing in", {{NULL, NULL}}, {{HOME, "absence set --until @3 --substitute bert"}, {HOME, "inbox"}, {HOME, "absence end"}}},
};

static const struct scene REFERRALS[] = {
        {"a list", {CONSENT(HOME, "aksant,chambry")}, {REFER("aksant,chambry", "--mode sequential"), {TARGET, "decline # --reason no_capacity"}}},
        {"all at once", {CONSENT(HOME, "aksant,chambry"), REFER("aksant,chambry", "--mode first_claim")}, {{TARGET, "accept #"}, {HOME, "show #"}}},
        {"handing on", {REFERRED("aksant,chambry"), {TARGET, "accept #"}}, {{TARGET, "forward # --to chambry --reason closer --leave-out strengths"}, {HOUSE, "accept #"}, {TARGET, "show #"}}},
        {"handed on and taken back", {CONSENT(HOME, "aksant,chambry"), REFER("aksant", ""), {TARGET, "accept #"}, {TARGET, "forward # --to chambry"}, {HOUSE, "accept #"}},
            {{HOME, "consent withdraw & --reason person_asked"}, {HOUSE, "show #"}}},
        {"handed on and put right", {CONSENT(HOME, "aksant,chambry"), REFER("aksant", ""), {TARGET, "accept #"}, {TARGET, "forward # --to chambry"}, {HOUSE, "accept #"}},
            {{HOME, "in-error # --reason wrong_person"}}},
        {"nobody took it", {REFERRED("aksant,regie")}, {{TARGET, "decline # --reason no_capacity"}, {REGIE, "unplaced"}, {REGIE, "escalations"}}},
        {"proposing", {REFERRED("aksant"), {TARGET, "decline # --reason no_capacity"}}, {{REGIE, "assign # --to chambry"}, {HOME, "show #"}}},
        {"handing over", {REFERRED("aksant"), {TARGET, "decline # --reason no_capacity"}, {WEST, "mandate set --areas 21004 --text West"}},
            {{REGIE, "handover # --to regie-west"}, {WEST, "escalations"}, {WEST, "mandate end"}}},
        {"asking again", {CONSENT(HOME, "aksant,chambry"), REFER("aksant", ""), {TARGET, "decline # --reason no_capacity"}, {REGIE, "assign # --to chambry"}},
            {{HOME, "reopen # --proposed --consent &"}}},
        {"giving up", {REFERRED("aksant"), {TARGET, "decline # --reason no_capacity"}}, {{HOME, "cancel # --reason no_place_found"}, {REGIE, "escalations --all"}}},
        {"notes", {ACCEPTED}, {{TARGET, "note # --text for~us"}, {TARGET, "keep # --basis legal_duty"}, {TARGET, "show #"}, {HOME, "text # --text Tuesday"}}},
        {"visits", {ACCEPTED}, {{TARGET, "visit plan # --on @1 --goes volunteer --aim talents_and_wishes --agreed"}, {TARGET, "visit call-off # --reason goer_away"},
            {TARGET, "visit report # --result not_now --no-next other_contact"}, {TARGET, "visit list"}, {HOME, "visit list #"}}},
        {"steps", {ACCEPTED}, {{TARGET, "start #"}, {TARGET, "progress # --step visit_planned"}, {TARGET, "hold # --reason hospitalised --until @20"}, {TARGET, "resume #"}}},
        {"rights", {ACCEPTED}, {{HOME, "rights rectify # --name Roza"}, {TARGET, "rights list"}, {HOME, "rights erase #"}, {HOME, "rights list"}}},
        {"a register", {ACCEPTED}, {{HOME, "openings #"}, {TARGET, "who-got-what #"}, {HOME, "who-got-what --consent &"}, {HOME, "audit export # --out evidence"},
            {HOME, "audit proof #"}, {HOME, "audit verify"}, {HOME, "trace #"}, {TARGET, "trace #"}}},
        {"consents", {REFERRED("aksant")}, {{HOME, "consent list"}, {HOME, "consent show &"}, {HOME, "consent receipt &"}, {HOME, "consent check --case #"},
            {HOME, "consent explain #"}, {HOME, "consent renew & --how in_person --until @120"}}},
        {"terms", {{NULL, NULL}}, {{HOME, "partnership list"}, {HOME, "partnership show aksant"}, {HOME, "partnership map"}, {POINT, "partnership map --network"},
            {POINT, "partnership propose aksant --purposes care_coordination --data needs --secrecy own,theirs --own-reason law --their-reason law"}, {TARGET, "partnership agree meldpunt"},
            {TARGET, "partnership end meldpunt"}}},
        {"the house", {{NULL, NULL}}, {{HOME, "status"}, {HOME, "doctor"}, {HOME, "retention report"}, {HOME, "retention run"}, {HOME, "token new app --scopes referral_read"},
            {HOME, "token list"}, {HOME, "token revoke app"}}},
        {"the broker", {REFERRED("aksant"), {TARGET, "decline # --reason no_capacity"}}, {{BROKER, "broker status"}, {BROKER, "broker doctor"}, {BROKER, "broker gaps"}}},
};
static const struct scene TIME[] = {
        {"two days", {{"", "0"}, CONSENT(HOME, "aksant"), REFER("aksant", ""), {TARGET, "accept #"}, {TARGET, "visit plan # --on @1 --goes volunteer --aim talents_and_wishes --agreed"},
            {HOME, "rights access #"}, REFER("aksant", ""), {TARGET, "decline # --reason no_capacity"}, REFER("aksant", ""), TRIAGED, {POINT, "attempt # --kind phone --on @1"},
            SIGNAL(""), {HOUSE, "ask post --need odd_jobs_home --area 21004 --text Who~can~mend~a~tap? --until @1 --sure"},
            {HELPER, "volunteers set antenne --limit 2 --pause @1"}}, {{"", "2"}}},
};
/* clang-format on */

/* ---- typing ---- */

static const struct scene *scene;
static uint64_t said_count;
static struct test_network founded;
static struct temp temp; /* where staff write their files */
static size_t age;       /* scenes that were played in this world */

static struct walk_numbers numbers_of(const char *id)
{
    struct sqlite3 *db = world_is_up(id) ? peek_of(id) : NULL;
    if (db == NULL || strcmp(id, BROKER) == 0)
        return (struct walk_numbers){
                {0, 0, 0, said_count}
        };
    return (struct walk_numbers){
            {(uint64_t)peek_number(db, "SELECT max(number) FROM case_file"),
             (uint64_t)peek_number(db,
             "SELECT number FROM case_file ORDER BY number DESC LIMIT 1 "
                            "OFFSET 1"),
             (uint64_t)peek_number(db, "SELECT max(number) FROM consent"),
             said_count}
    };
}

static void let_pass(const char *days)
{
    int64_t n = strtoll(days, NULL, 10);
    if (n == 0) {
        lacking_afresh();
        return;
    }
    world_pass(n * TIME_DAY_MS);
}

static int type(const struct line *line)
{
    if (line->who[0] == '\0') {
        let_pass(line->typed);
        return EXIT_OK;
    }
    struct walk_numbers numbers = numbers_of(line->who);
    int status = walk_try(line->who, line->typed, &numbers);
    const char *count = strstr(walk_said(), "\"count\":");
    if (count != NULL)
        said_count = strtoull(count + strlen("\"count\":"), NULL, 10);
    /* Whatever happened, people are told. */
    if (walk_said()[0] == '\0')
        fail_msg("%s: %s says nothing (%d)", line->who, line->typed, status);
    return status;
}

static void must(const struct line *line)
{
    if (type(line) != EXIT_OK)
        fail_msg("%s: %s: %s", line->who, line->typed, walk_said());
    world_quiet();
    world_pass(TIME_SECOND_MS);
}

static void play(void)
{
    for (size_t i = 0; i < LINES_MAX && scene->lines[i].who != NULL; i++) {
        (void)type(&scene->lines[i]);
        (void)sim_settle(5 * TIME_SECOND_MS);
    }
}

static void set_the_scene(void)
{
    if (++age > WORLD_AGE_MAX)
        lacking_afresh();
    /* A partner may say so much a day. */
    else if (age % SCENES_A_DAY == 0)
        world_pass(TIME_DAY_MS);
    for (size_t i = 0; i < READY_MAX && scene->ready[i].who != NULL; i++)
        must(&scene->ready[i]);
}

static void fresh(void)
{
    static const struct line MANDATE = {REGIE, "mandate set --areas 21004 --text Here"};
    static const char *const PAIRS[][2] = {
            {TARGET, HOUSE },
            {POINT,  HELPER},
    };
    age = 0;
    world_begin(SEED, &founded, HOME);
    for (size_t i = 0; i < COUNT_OF(PAIRS); i++)
        world_agree(PAIRS[i][0], PAIRS[i][1]);
    must(&MANDATE);
}

/* ---- and afterwards ---- */

/* What waits for people is no fault of a row. */
static bool is_for_people(const char *check)
{
    return strcmp(check, "escalations") == 0;
}

static void all_rows_are_in_order(void)
{
    const struct get_doctor get = {.full = false};
    for (size_t i = 0; i < COUNT_OF(ALL); i++) {
        struct request request = {.doctor = &get};
        const struct doctor *doctor = world_must(ALL[i], &request, "")->doctor;
        for (size_t k = 0; k < doctor->n_checks; k++)
            if (!doctor->checks[k].ok && !is_for_people(doctor->checks[k].name))
                fail_msg("%s: %s: %s: %s", scene->name, ALL[i], doctor->checks[k].name,
                        doctor->checks[k].words);
    }
}

/* Whose store is lacking: of each in the scene in turn, or of all. most: places of
 * each, 0: all. */
static void try_scene(size_t turn, uint64_t most)
{
    static const char *const WHERE[] = {HOME, TARGET, HOUSE, POINT, REGIE, WEST, HELPER,
            BROKER, NULL};
    const struct lacking_deed deed = {scene->name, set_the_scene, play};
    for (size_t i = 0; i < COUNT_OF(WHERE); i++) {
        if (!lacking_all() && i != turn % COUNT_OF(WHERE))
            continue;
        lacking_try(&deed, WHERE[i], most);
        all_rows_are_in_order();
    }
    /* An alarm that was told stands in that world. */
    if (lacking_all())
        lacking_afresh();
    set_the_scene();
    for (size_t i = 0; i < LINES_MAX && scene->lines[i].who != NULL; i++)
        must(&scene->lines[i]);
}

static void play_all(const struct scene *scenes, size_t n, uint64_t most)
{
    static const struct lacking_world WORLD = {.begin = fresh,
            .programs = ALL,
            .n_programs = COUNT_OF(ALL),
            .watched = false};
    const char *only = getenv("SCENE");
    lacking_begin(&WORLD);
    for (size_t i = 0; i < n; i++) {
        scene = &scenes[i];
        if (only == NULL || strcmp(only, scene->name) == 0)
            try_scene(i, most);
    }
    lacking_end();
}

static void signals(void **state)
{
    (void)state;
    play_all(SIGNALS, COUNT_OF(SIGNALS), 0);
}

static void neighbours(void **state)
{
    (void)state;
    play_all(NEIGHBOURS, COUNT_OF(NEIGHBOURS), 0);
}

static void referrals(void **state)
{
    (void)state;
    play_all(REFERRALS, COUNT_OF(REFERRALS), 0);
}

static void time_passes(void **state)
{
    (void)state;
    play_all(TIME, COUNT_OF(TIME), FEW);
}

static int setup(void **state)
{
    (void)state;
    temp_init(&temp);
    world_found_wide(&founded);
    /* Files that staff ask for lie where they are. */
    return chdir(temp.folder);
}

static int teardown(void **state)
{
    (void)state;
    int left = chdir("/");
    network_forget(&founded);
    temp_done(&temp);
    return left;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(signals),
            cmocka_unit_test(neighbours),
            cmocka_unit_test(referrals),
            cmocka_unit_test(time_passes),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, setup, teardown);
}
