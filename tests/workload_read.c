/* workload_read.c - what is looked at and changes nothing: of a case, of a consent, of
 * the network, of the program itself. */
#include "tests/workload_inner.h"
#include "tests/world.h"

/* So many questions at a time, each of one of these kinds. */
enum { LOOKS = 3 };

static void of_a_case(const char *id)
{
    const uint64_t number = workload_any_case(id);
    const struct trace_case trace = {.number = number};
    const struct consent_reach reach = {.case_number = number};
    const struct consent_explain explain = {.case_number = number};
    const struct audit_show words = {.case_number = number};
    const struct list_openings openings = {.case_number = number};
    const struct export_evidence evidence = {.case_number = number};
    const struct list_visits visits = {.case_number = number};
    struct request requests[] = {
            {.trace = &trace},
            {.consent_reach = &reach},
            {.consent_explain = &explain},
            {.audit_show = &words},
            {.openings = &openings},
            {.evidence = &evidence},
            {.visits = &visits},
    };

    workload_ask(id, &requests[sim_below(COUNT_OF(requests))]);
}

static void of_a_consent(const char *id)
{
    static const uint16_t data[] = {DATA_CATEGORY_AREA, DATA_CATEGORY_NEEDS};
    const char *const candidates[] = {workload_any_node()};
    size_t sender = workload_any_sender();
    const uint64_t number = workload_any_consent(sender);
    const struct consent_show show = {.number = number};
    const struct consent_list list = {.filter = CONSENT_FILTER_ACTIVE};
    const struct consent_receipt_get receipt = {.number = number};
    const struct consent_check check = {.consent_number = number,
            .candidates = candidates,
            .n_candidates = COUNT_OF(candidates),
            .purpose = PURPOSE_CARE_COORDINATION,
            .data_categories = data,
            .n_data_categories = COUNT_OF(data),
            .urgency = URGENCY_ROUTINE,
            .area = "21004"};
    struct request requests[] = {
            {.consent_show = &show},
            {.consent_list = &list},
            {.consent_receipt = &receipt},
            {.consent_check = &check},
    };

    (void)id;
    workload_ask(workload_node(sender), &requests[sim_below(COUNT_OF(requests))]);
}

static void of_the_network(const char *id)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    const struct list_directory directory = {.partner = ""};
    const struct show_partnerships partnerships = {.partner = ""};
    const struct show_flows flows = {.network = workload_chance(50)};
    const struct list_supply supply = {.partner = ""};
    const struct find find = {.needs = needs,
            .n_needs = COUNT_OF(needs),
            .place = "21004"};
    const struct list_areas areas = {.place = ""};
    const struct list_subscriptions subscriptions = {.partner = ""};
    const struct get_load load = {.all = true};
    struct show_report report = {.period = "", .place = ""};
    struct request requests[] = {
            {.directory = &directory},
            {.partnerships = &partnerships},
            {.flows = &flows},
            {.supply = &supply},
            {.find = &find},
            {.areas = &areas},
            {.subscriptions = &subscriptions},
            {.load = &load},
            {.report = &report},
    };

    report.kind = workload_one_of(VOCAB_REPORT_KIND);
    workload_ask(id, &requests[sim_below(COUNT_OF(requests))]);
}

static void of_the_program(const char *id)
{
    const struct get_status status = {.quiet = false};
    const struct get_doctor doctor = {.full = workload_chance(10)};
    const struct audit_verify verify = {.fresh = workload_chance(50)};
    const struct list_tokens tokens = {.name = ""};
    const struct list_events events = {.limit = 50};
    const struct show_token token = {.quiet = false};
    const struct get_health health = {.quiet = false};
    struct request requests[] = {
            {.status = &status},
            {.doctor = &doctor},
            {.audit_verify = &verify},
            {.tokens = &tokens},
            {.events = &events},
            {.token_show = &token},
            {.health = &health},
    };

    workload_ask(id, &requests[sim_below(COUNT_OF(requests))]);
}

static void of_the_broker(const char *id)
{
    const struct get_status status = {.quiet = false};
    const struct get_doctor doctor = {.full = false};
    const struct list_gaps gaps = {.area = ""};
    const struct list_directory directory = {.partner = ""};
    struct request requests[] = {
            {.status = &status},
            {.doctor = &doctor},
            {.gaps = &gaps},
            {.directory = &directory},
    };

    (void)id;
    workload_ask(NETWORK_BROKER, &requests[sim_below(COUNT_OF(requests))]);
}

void workload_read(void)
{
    static void (*const ways[])(const char *id) = {of_a_case, of_a_case, of_a_consent,
            of_the_network, of_the_network, of_the_program, of_the_broker};

    for (int looks = 0; looks < LOOKS; looks++) {
        const char *id = workload_any_node();
        ways[sim_below(COUNT_OF(ways))](id);
    }
}
