/* unit_cli_lists.c - what a person reads of a referral to several candidates: who is
 * asked, who was passed over and why, and what there is to do. */
#include "tests/cli_shown.h"

#define MOMENT_MS UINT64_C(1790000000000)

/* clang-format off */
static const struct made MADE = {.case_number = 4, .state = "sent"};
static const struct made GIVEN_UP = {.case_number = 4, .state = "given_up"};
#define OFFER(name, at, ...) {.offer_id = {{1}}, .target = name, .state = OFFER_STATE_##at, .mode = MODE_SEQUENTIAL, __VA_ARGS__}
static const struct offer LIST[] = {
        OFFER("huis", SKIPPED, .version = 2, .code = "E_BUSY"), OFFER("noord", SKIPPED, .version = 2, .code = "E_UNREACHABLE", .on_behalf_of = "antenne"),
        OFFER("caw", SKIPPED, .version = 2, .code = "E_TTL"), OFFER("ocmw", SKIPPED, .version = 2, .code = "E_PARTNERSHIP"), OFFER("chambry", SKIPPED, .version = 2, .code = "E_SECRECY"),
        OFFER("zuid", SKIPPED, .version = 2, .code = "E_CONSENT_EXPIRED"), OFFER("aksant", DECLINED, .code = ""), OFFER("oost", REQUESTED, .code = ""), OFFER("west", QUEUED, .code = ""),
};
static const struct offer RACE[] = {
        {.offer_id = {{1}}, .target = "oost", .state = OFFER_STATE_DECLINED, .mode = MODE_DIRECT},
        {.offer_id = {{1}}, .target = "huis", .state = OFFER_STATE_NOT_SELECTED, .mode = MODE_FIRST_CLAIM},
        {.offer_id = {{1}}, .target = "west", .state = OFFER_STATE_ACCEPTED, .mode = MODE_FIRST_CLAIM},
};
#define CASE(...) {.number = 4, .other = "huis", .urgency = URGENCY_ROUTINE, .area = "21004", __VA_ARGS__}
static const struct case_line LINES[] = {
        CASE(.kind = CASE_KIND_REFERRAL_OUT, .state = OFFER_STATE_REQUESTED, .referral_state = "open", .place = 8, .candidates = 9, .on_behalf_of = "antenne"),
        CASE(.kind = CASE_KIND_REFERRAL_OUT, .state = OFFER_STATE_SKIPPED, .referral_state = "unplaced", .place = 3, .candidates = 3),
        CASE(.kind = CASE_KIND_REFERRAL_IN, .state = OFFER_STATE_NOT_SELECTED),
        CASE(.kind = CASE_KIND_REFERRAL_OUT, .state = OFFER_STATE_QUEUED, .referral_state = "open", .consent_state = "expired"),
        CASE(.kind = CASE_KIND_REFERRAL_OUT, .state = OFFER_STATE_SKIPPED, .referral_state = "unplaced", .unread = true),
};
static const struct case_detail DETAILS[] = {
        {.referral_id = {{1}}, .line = &LINES[0], .offers = LIST, .n_offers = COUNT_OF(LIST)}, {.referral_id = {{1}}, .line = &LINES[1], .offers = RACE, .n_offers = COUNT_OF(RACE)},
        {.referral_id = {{1}}, .line = &LINES[2]}, {.referral_id = {{1}}, .line = &LINES[4]},
};
static const struct case_line OVER[] = {
        CASE(.kind = CASE_KIND_REFERRAL_OUT, .state = OFFER_STATE_DECLINED, .referral_state = "revoked", .place = 3, .candidates = 3),
        CASE(.kind = CASE_KIND_REFERRAL_OUT, .state = OFFER_STATE_EXPIRED, .referral_state = "expired", .unread = true),
};
static const uint16_t DEBT[] = {NEED_CATEGORY_DEBT};
static const struct case_line IN_VAIN[] = {
        CASE(.kind = CASE_KIND_REFERRAL_OUT, .state = OFFER_STATE_SKIPPED, .referral_state = "refused", .code = "E_PARTNERSHIP", .unread = true, .needs = DEBT, .n_needs = 1),
        CASE(.kind = CASE_KIND_REFERRAL_OUT, .state = OFFER_STATE_SKIPPED, .referral_state = "refused", .code = "E_PARTNERSHIP", .needs = DEBT, .n_needs = 1),
        CASE(.kind = CASE_KIND_REFERRAL_OUT, .state = OFFER_STATE_SKIPPED, .referral_state = "refused", .code = "E_CONSENT_WITHDRAWN", .unread = true, .stop_contact = true, .needs = DEBT, .n_needs = 1),
        CASE(.kind = CASE_KIND_REFERRAL_OUT, .state = OFFER_STATE_SKIPPED, .referral_state = "refused", .code = "E_CONFLICT", .unread = true),
};
static const struct offer REFUSED[] = {OFFER("huis", SKIPPED, .code = "E_PARTNERSHIP"), OFFER("oost", DECLINED, .version = 2, .code = ""),
        OFFER("west", SKIPPED, .code = "E_LEFT"), OFFER("zuid", CANCELLED, .version = 3, .code = "E_LEFT")};
static const struct case_list IN_VAIN_BOX = {.cases = IN_VAIN, .n_cases = 1};
static const struct case_list LOOKED_BOX = {.cases = IN_VAIN + 1, .n_cases = 1};
static const struct case_list STOPPED_BOX = {.cases = IN_VAIN + 2, .n_cases = 2};
static const struct case_detail VAIN[] = {
        {.referral_id = {{1}}, .line = &IN_VAIN[1], .offers = REFUSED, .n_offers = COUNT_OF(REFUSED)}, {.referral_id = {{1}}, .line = &IN_VAIN[2]}, {.referral_id = {{1}}, .line = &IN_VAIN[3]},
};
static const struct case_detail ENDED[] = {{.referral_id = {{1}}, .line = &OVER[0]}, {.referral_id = {{1}}, .line = &OVER[1]}};
static const struct case_list OVER_BOX = {.cases = OVER, .n_cases = 1};
static const struct case_list BOX = {.cases = LINES, .n_cases = COUNT_OF(LINES)};
static const struct trace_line STEPS[] = {
        {.at_ms = MOMENT_MS, .who = "ons", .what = "offer", .other = "huis"}, {.who = "broker", .what = "turn", .other = "huis"},
        {.who = "broker", .what = "skip", .code = "E_BUSY", .other = "noord"}, {.who = "broker", .what = "not_selected", .other = "west"},
        {.who = "huis", .what = "accept"}, {.who = "ons", .what = "used_up"},
};
static const struct trace TRACE = {.lines = STEPS, .n_lines = COUNT_OF(STEPS)};
#define REFER "refer|--consent|3|--area|21004|--name|Rosa Voorbeeld|--need|debt|--to|"

static const struct shown ROWS[] = {
        {"show|4", "en", REPLIES({.case_ = &DETAILS[0]}),
                SAYS("Asked of, one after the other in this order", "1. huis: skipped: takes nothing now", "2. antenne: skipped: cannot be reached now",
                     "3. caw: skipped: the request waited too long", "4. ocmw: skipped: no partnership any more", "5. chambry: skipped: professional secrecy",
                     "6. zuid: skipped: it is not allowed any more", "7. aksant: declined", "8. oost: requested", "9. west: waits for its turn"),
                NEVER("Nobody took it", "noord: ", "Somebody else")},
        {"show|4", "nl", REPLIES({.case_ = &DETAILS[0]}),
                SAYS("één voor één in deze volgorde", "1. huis: overgeslagen: neemt nu niets aan", "9. west: wacht op zijn beurt")},
        {"show|4", "fr", REPLIES({.case_ = &DETAILS[0]}),
                SAYS("l'un après l'autre dans cet ordre", "1. huis : sauté : ne prend rien pour l'instant", "9. west : attend son tour")},
        /* Opened again in another way, each list has its own words. */
        {"show|4", "en", REPLIES({.case_ = &DETAILS[1]}),
                SAYS("Asked of\n  1. oost: declined", "Asked of all at once\n  2. huis: not selected", "3. west: accepted", "Nobody took it.",
                     "buurtbus reopen 4 --to A,B")},
        {"show|4", "nl", REPLIES({.case_ = &DETAILS[1]}), SAYS("Gevraagd aan allen tegelijk", "Niemand nam het aan.", "buurtbus reopen 4 --to A,B")},
        {"show|4", "fr", REPLIES({.case_ = &DETAILS[1]}), SAYS("Demandé à tous en même temps", "Personne ne l'a pris.", "buurtbus reopen 4 --to A,B")},
        {"show|4", "en", REPLIES({.case_ = &DETAILS[2]}), SAYS("Somebody else was first."), NEVER("Nobody took it", "reopen")},
        {"show|4", "nl", REPLIES({.case_ = &DETAILS[2]}), SAYS("Iemand anders was eerst.")},
        {"show|4", "fr", REPLIES({.case_ = &DETAILS[2]}), SAYS("Quelqu'un d'autre a été plus rapide.")},
        /* Nobody took it: others can be asked, or nobody any more. */
        {"show|4", "en", REPLIES({.case_ = &ENDED[1]}), SAYS("Nobody took it.", "buurtbus reopen 4 --to A,B", "buurtbus cancel 4")},
        {"show|4", "nl", REPLIES({.case_ = &ENDED[1]}), SAYS("Niemand nam het aan.", "cancel 4")},
        {"show|4", "fr", REPLIES({.case_ = &ENDED[1]}), SAYS("Personne ne l'a pris.", "cancel 4")},
        {"show|4", "en", REPLIES({.case_ = &ENDED[0]}), SAYS("revoked"), NEVER("Nobody took it", "cancel 4")},
        {"inbox|--box|sent", "en", REPLIES({.cases = &OVER_BOX}), SAYS("revoked"), NEVER("declined")},
        {"cancel|4|--reason|no_place_found", "en", REPLIES({.made = &GIVEN_UP}), SAYS("Done for 4: you look no further.")},
        {"cancel|4|--reason|no_place_found", "nl", REPLIES({.made = &GIVEN_UP}), SAYS("Gedaan voor 4: u zoekt niet verder.")},
        {"cancel|4|--reason|no_place_found", "fr", REPLIES({.made = &GIVEN_UP}), SAYS("Fait pour 4 : vous ne cherchez plus.")},
        /* Nobody was asked, and nobody cancelled it. */
        {"show|4", "en", REPLIES({.case_ = &VAIN[0]}),
                SAYS("refused", "Referral 4 was refused and reached nobody.", "No current partnership", "agree one. (E_PARTNERSHIP)", "buurtbus reopen 4",
                     "--consent NUMBER", "1. huis: refused, reached nobody: No current", "2. oost: declined",
                     "3. west: refused, reached nobody: This partner is no member", "4. zuid: ended: a partner has left"),
                NEVER("cancelled", "skipped", "revoked", "Nobody took it")},
        {"show|4", "nl", REPLIES({.case_ = &VAIN[0]}),
                SAYS("Verwijzing 4 is tegengehouden en bereikte niemand.", "(E_PARTNERSHIP)", "buurtbus reopen 4", "1. huis: tegengehouden, bereikte niemand:", "2. oost: geweigerd"),
                NEVER("geannuleerd", "overgeslagen", "ingetrokken")},
        {"show|4", "fr", REPLIES({.case_ = &VAIN[0]}),
                SAYS("L'orientation 4 a été bloquée et n'a atteint personne.", "(E_PARTNERSHIP)", "buurtbus reopen 4", "bloqué, n'a atteint personne"),
                NEVER("annulé", "sauté", "retirée")},
        {"inbox", "en", REPLIES({.cases = &IN_VAIN_BOX}),
                SAYS("*", "refused", "Referral 4 was refused and reached nobody.", "(E_PARTNERSHIP)", "buurtbus reopen 4"), NEVER("cancelled", "skipped")},
        {"inbox", "nl", REPLIES({.cases = &IN_VAIN_BOX}), SAYS("tegengehouden", "Verwijzing 4 is tegengehouden en bereikte niemand."), NEVER("geannuleerd", "overgeslagen")},
        {"inbox", "fr", REPLIES({.cases = &IN_VAIN_BOX}), SAYS("bloquée", "n'a atteint personne."), NEVER("annulé", "sauté")},
        {"inbox|--box|closed", "en", REPLIES({.cases = &LOOKED_BOX}), SAYS("refused"), NEVER("reached nobody", "skipped")},
        /* Whom nobody may contact is asked about no more, nor what is erased. */
        {"inbox", "en", REPLIES({.cases = &STOPPED_BOX}), SAYS("STOP", "refused"), NEVER("reopen")},
        {"show|4", "en", REPLIES({.case_ = &VAIN[1]}), SAYS("STOP", "refused"), NEVER("reopen")},
        {"show|4", "en", REPLIES({.case_ = &VAIN[2]}), SAYS("refused"), NEVER("reopen")},
        /* Whoever sent it has looked. */
        {"show|4", "en", REPLIES({.case_ = &DETAILS[3]}, {.made = &MADE}, {.case_ = &DETAILS[1]}), SAYS("3. west: accepted")},
        {"inbox", "en", REPLIES({.cases = &BOX}),
                SAYS("to antenne", "requested (8/9)", "unplaced", "not selected", "waits for its turn", "The consent with 4 has ended"), NEVER("skipped", "(3/3)")},
        {"trace|4", "en", REPLIES({.trace = &TRACE}),
                SAYS("huis: is on the list", "huis: is asked", "noord: skipped: takes nothing now", "E_BUSY", "west: not selected", "accepts",
                     "nobody on the list took it"),
                NEVER("huis: accepts")},
        {"trace|4", "nl", REPLIES({.trace = &TRACE}), SAYS("huis: staat op de lijst", "huis: is aan de beurt", "niemand van de lijst nam het aan")},
        {"trace|4", "fr", REPLIES({.trace = &TRACE}), SAYS("huis : est sur la liste", "huis : est sollicité", "personne de la liste ne l'a pris")},
        {REFER "huis,noord", "en", REPLIES({.made = &MADE}), SAYS("Referral 4 is on its way to huis, noord.", "one after the other"), NEVER("all asked at once")},
        {REFER "huis,noord|--mode|first_claim", "nl", REPLIES({.made = &MADE}), SAYS("allemaal tegelijk"), NEVER("één voor één")},
        {REFER "huis,noord|--mode|sequential", "fr", REPLIES({.made = &MADE}), SAYS("l'un après l'autre"), NEVER("en même temps")},
        {REFER "huis", "en", REPLIES({.made = &MADE}), SAYS("on its way to huis."), NEVER("one after the other", "at once")},
        {REFER "huis|--mode|lottery", "en", .status = EXIT_USAGE, SAYS("\"lottery\" is not possible", "direct, sequential, first_claim")},
        {REFER "a1,a2,a3,a4,a5,a6,a7,a8,a9,b1,b2", "en", .status = EXIT_USAGE, SAYS("too many; at most 10")},
        {"reopen|4|--consent|5|--to|huis,noord|--mode|first_claim", "en", REPLIES({.case_ = &DETAILS[1]}, {.made = &MADE}),
                SAYS("on its way to huis, noord.", "all asked at once")},
        {"info-reply|4|--text|in the morning|--to|noord", "en", REPLIES({.made = &MADE})},
        {"info-reply|4|--text|in the morning|--to|Noord!", "en", .status = EXIT_USAGE, SAYS("cannot be a partner name")},
};
/* clang-format on */

static void lists_are_told(void **state)
{
    (void)state;
    shown_all(ROWS, COUNT_OF(ROWS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lists_are_told)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, make_home, drop_home);
}
