/* cmd_refer.c - a referral: who, what the person can and wants, what would help; and a
 * new offer of a referral that came back. */
#include "nodes/cli/cli.h"

#define OF_REFER(field)    &WIRE_REFER, field
#define OF_REFERRAL(field) &WIRE_REFERRAL, field
#define OF_PERSON(field)   &WIRE_PERSON, field

/* The order of the questions: strengths come before needs. */
/* clang-format off */
static const struct flag REFER[] = {
        {"consent", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_CONSENT_NUMBER, OF_REFER("consent_number")},
        {"to", FLAG_PARTNER, FLAG_REQUIRED, TEXT_F_CANDIDATES, OF_REFER("candidates")},
        {"mode", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_MODE, OF_REFER("mode")},
        {"purpose", FLAG_CODE, FLAG_ASKED, TEXT_F_PURPOSE, OF_REFER("purpose")},
        {"urgency", FLAG_CODE, FLAG_ASKED, TEXT_F_URGENCY, OF_REFER("urgency")},
        {"area", FLAG_AREA, FLAG_REQUIRED, TEXT_F_AREA, OF_REFER("area")},
        {"name", FLAG_TEXT, FLAG_REQUIRED, TEXT_F_NAME, OF_PERSON("name")},
        {"birth-date", FLAG_DATE, FLAG_ASKED, TEXT_F_BIRTH_DATE, OF_PERSON("birth_date")},
        {"age-band", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_AGE_BAND, OF_PERSON("age_band")},
        {"address", FLAG_TEXT, FLAG_ASKED, TEXT_F_PERSON_ADDRESS, OF_PERSON("address")},
        {"phone", FLAG_TEXT, FLAG_ASKED, TEXT_F_PHONE, OF_PERSON("phone")},
        {"language", FLAG_LANGUAGE, FLAG_ASKED, TEXT_F_LANGUAGE, OF_PERSON("language")},
        {"interpreter", FLAG_SWITCH, FLAG_OPTIONAL, TEXT_F_INTERPRETER, OF_PERSON("interpreter_needed")},
        {"contact-rule", FLAG_CODE, FLAG_ASKED, TEXT_F_CONTACT_RULE, OF_PERSON("contact_rule")},
        {"household", FLAG_CODE, FLAG_ASKED, TEXT_F_HOUSEHOLD, OF_PERSON("household")},
        {"does-self", FLAG_TEXT, FLAG_ASKED, TEXT_F_DOES_SELF, OF_REFERRAL("person_does_self")},
        {"strengths", FLAG_TEXT, FLAG_ASKED, TEXT_F_STRENGTHS, OF_REFERRAL("strengths")},
        {"goal", FLAG_TEXT, FLAG_ASKED, TEXT_F_GOAL, OF_REFERRAL("own_goal")},
        {"help-wanted", FLAG_TEXT, FLAG_ASKED, TEXT_F_HELP_WANTED, OF_REFERRAL("help_wanted")},
        {"need", FLAG_CODE, FLAG_REQUIRED, TEXT_F_NEEDS, OF_REFERRAL("needs")},
        {"reason", FLAG_TEXT, FLAG_ASKED, TEXT_F_REFERRAL_REASON, OF_REFERRAL("reason")},
        {"observations", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_OBSERVATIONS, OF_REFERRAL("observations")},
        {"source", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_SOURCE, OF_REFERRAL("information_source")},
        {"network", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_NETWORK, OF_REFERRAL("network")},
        {"services", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_SERVICES, OF_REFERRAL("services_present")},
        {"flags", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_ATTENTION, OF_REFERRAL("attention_flags")},
        {"period", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_PERIOD, OF_REFERRAL("wanted_period")},
        {"handover", FLAG_CODE, FLAG_ASKED, TEXT_F_HANDOVER, OF_REFERRAL("handover_mode")},
        {"referrer", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_REFERRER, OF_REFERRAL("referrer_name")},
        {"referrer-phone", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_REFERRER_PHONE, OF_REFERRAL("referrer_phone")},
        {"confidence", FLAG_PROSE, FLAG_OPTIONAL, TEXT_F_CONFIDENCE, OF_REFER("confidence")},
        {"same-person", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_SAME_PERSON, OF_REFER("same_person")},
        {"from-ask", FLAG_NUMBER, FLAG_OPTIONAL, TEXT_F_FROM_ASK, OF_REFER("from_ask")},
        {"from-file", FLAG_FILE, FLAG_OPTIONAL, TEXT_F_FROM_FILE, NULL, NULL},
};
/* clang-format on */
_Static_assert(COUNT_OF(REFER) <= CLI_FLAGS_MAX, "room for the values");

/* clang-format off */
static const struct flag REOPEN[] = {
        {"CASE", FLAG_NUMBER, FLAG_REQUIRED, TEXT_F_CASE, OF_REFER("reopens_case")},
        {"consent", FLAG_NUMBER, FLAG_OPTIONAL, TEXT_F_REOPEN_CONSENT, OF_REFER("consent_number")},
        {"to", FLAG_PARTNER, FLAG_OPTIONAL, TEXT_F_REOPEN_TO, OF_REFER("candidates")},
        {"mode", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_MODE, OF_REFER("mode")},
        {"proposed", FLAG_SWITCH, FLAG_OPTIONAL, TEXT_F_PROPOSED, NULL, NULL},
        {"purpose", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_PURPOSE, OF_REFER("purpose")},
        {"urgency", FLAG_CODE, FLAG_OPTIONAL, TEXT_F_URGENCY, OF_REFER("urgency")},
        {"area", FLAG_AREA, FLAG_OPTIONAL, TEXT_F_AREA, OF_REFER("area")},
        {"same-person", FLAG_TEXT, FLAG_OPTIONAL, TEXT_F_SAME_PERSON, OF_REFER("same_person")},
};
/* clang-format on */

static bool is_empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

/* What a file says is the draft; flags are laid over it. */
static bool read_draft(struct cli *cli, struct refer *refer, struct referral *referral,
        struct person *person)
{
    const char *path = cli_text(cli, "from-file");
    struct err err = {0};
    if (path == NULL)
        return true;
    if (!cli_json_read(cli, path, &WIRE_REFER, refer, &err)) {
        (void)cli_usage_error(cli, "--from-file", TEXT_BAD_FILE, path, err.msg);
        return false;
    }
    if (refer->referral != NULL)
        *referral = *refer->referral;
    if (referral->person != NULL)
        *person = *referral->person;
    return true;
}

static void set_usual(struct refer *refer)
{
    if (refer->purpose == 0)
        refer->purpose = PURPOSE_CARE_COORDINATION;
    if (refer->urgency == 0)
        refer->urgency = URGENCY_ROUTINE;
    if (refer->mode == MODE_NONE)
        refer->mode = refer->n_candidates > 1 ? MODE_SEQUENTIAL : MODE_DIRECT;
}

void cli_say_made(struct cli *cli, const struct made *made, enum mode mode)
{
    if (mode == MODE_SEQUENTIAL)
        cli_say(cli, TEXT_DONE_SEQUENTIAL, NULL, NULL);
    if (mode == MODE_FIRST_CLAIM)
        cli_say(cli, TEXT_DONE_FIRST_CLAIM, NULL, NULL);
    if (made->n_shared > 0)
        cli_say(cli, TEXT_DONE_SHARED,
                cli_labels(cli, VOCAB_DATA_CATEGORY, made->shared, made->n_shared),
                NULL);
    if (made->n_not_used > 0)
        cli_say(cli, TEXT_DONE_NOT_USED,
                cli_labels(cli, VOCAB_DATA_CATEGORY, made->not_used, made->n_not_used),
                NULL);
}

static int send_referral(struct cli *cli, const struct refer *refer, const char *to)
{
    struct request request = {.refer = refer};
    struct reply reply;
    /* Asked for field by field, a person looks once more before it leaves the house. */
    if (cli->asked && !cli_confirm(cli, TEXT_ASK_SEND, to)) {
        cli_say(cli, TEXT_NOTHING_DONE, NULL, NULL);
        return EXIT_REFUSED;
    }
    cli_say_crisis(cli, refer->urgency, to);
    int status = cli_send(cli, &request, &reply);
    if (status == EXIT_OK && !cli->json && reply.made != NULL) {
        cli_say(cli, TEXT_DONE_REFERRED, cli_number(cli, reply.made->case_number), to);
        cli_say_made(cli, reply.made, refer->mode);
    }
    return status;
}

static int run_refer(struct cli *cli)
{
    struct refer refer = {0};
    struct referral referral = {0};
    struct person person = {0};
    const struct form forms[] = {
            {&WIRE_REFER,    &refer   },
            {&WIRE_REFERRAL, &referral},
            {&WIRE_PERSON,   &person  }
    };
    if (!read_draft(cli, &refer, &referral, &person) ||
            !cli_fill(cli, forms, COUNT_OF(forms)))
        return EXIT_USAGE;
    refer.referral = &referral;
    referral.person = &person;
    set_usual(&refer);
    if (!is_empty(referral.reason) && is_empty(referral.reason_language))
        referral.reason_language = lang_tag(cli->lang);
    return send_referral(cli, &refer,
            cli_joined(cli, refer.candidates, refer.n_candidates));
}

/* Whom a coordinator proposes, as far as the consent allows it; false after a sentence
 * when that is nobody. */
static bool take_proposal(struct cli *cli, struct refer *refer,
        const struct proposal_line *proposal)
{
    size_t n = proposal != NULL ? proposal->n_partners : 0;
    const char **names = arena_take(&cli->arena, (n + 1) * sizeof *names);
    if (names == NULL) {
        (void)cli_no_room(cli);
        return false;
    }
    refer->candidates = names;
    for (size_t i = 0; i < n; i++)
        if (strcmp(proposal->partners[i].state, "ready") == 0)
            names[refer->n_candidates++] = proposal->partners[i].partner;
    if (refer->n_candidates == 0)
        (void)cli_usage_error(cli, "--proposed", TEXT_NO_PROPOSAL, NULL, NULL);
    return refer->n_candidates > 0;
}

/* The case as it stands says how urgent it is, where, and who had it. */
static int read_case(struct cli *cli, struct refer *refer, const char *candidates[1],
        bool *onward)
{
    const struct show_case show = {.number = refer->reopens_case};
    struct request request = {.show = &show};
    struct reply reply;
    int status = cli_send_quiet(cli, &request, &reply);
    if (status != EXIT_OK || reply.case_ == NULL || reply.case_->line == NULL)
        return status;
    const struct case_line *line = reply.case_->line;
    *onward = reply.case_->handed_on_from != 0;
    if (refer->urgency == 0)
        refer->urgency = line->urgency;
    if (is_empty(refer->area))
        refer->area = line->area;
    if (refer->n_candidates == 0 && cli_given(cli, "proposed") &&
            !take_proposal(cli, refer, reply.case_->proposal))
        return EXIT_USAGE;
    candidates[0] = is_empty(line->on_behalf_of) ? line->other : line->on_behalf_of;
    if (refer->n_candidates == 0) {
        refer->candidates = candidates;
        refer->n_candidates = 1;
    }
    return EXIT_OK;
}

/* What is not ours goes under the consent that it came with. */
static int hand_on_again(struct cli *cli, const struct refer *refer)
{
    struct forward_case forward = {
            .case_number = refer->reopens_case,
            .candidates = refer->candidates,
            .n_candidates = refer->n_candidates,
            .mode = refer->mode,
            .urgency = refer->urgency,
            .reason = "",
            .referrer_name = "",
            .referrer_phone = "",
    };
    return cli_forward(cli, &forward);
}

static int run_reopen(struct cli *cli)
{
    struct refer refer = {0};
    const char *candidates[1];
    bool onward = false;
    const struct form form = {&WIRE_REFER, &refer};
    if (!cli_fill(cli, &form, 1))
        return EXIT_USAGE;
    int status = read_case(cli, &refer, candidates, &onward);
    if (status != EXIT_OK)
        return status;
    if (onward)
        return hand_on_again(cli, &refer);
    if (refer.consent_number == 0)
        return cli_usage_error(cli, "--consent", TEXT_BAD_MISSING,
                cli_words(cli, TEXT_F_CONSENT_NUMBER), NULL);
    set_usual(&refer);
    return send_referral(cli, &refer,
            cli_joined(cli, refer.candidates, refer.n_candidates));
}

/* clang-format off */
static const struct command COMMANDS[] = {
        {"refer", TEXT_C_REFER, COMMAND_NODE, REFER, COUNT_OF(REFER), run_refer},
        {"reopen", TEXT_C_REOPEN, COMMAND_NODE, REOPEN, COUNT_OF(REOPEN), run_reopen},
};
/* clang-format on */
const struct family REFER_FAMILY = {COMMANDS, COUNT_OF(COMMANDS)};
