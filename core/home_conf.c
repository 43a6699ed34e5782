/* home_conf.c - the tables of settings of broker and node. */
#include "core/home_conf.h"

#include <string.h>

#define TEXT(of, member, cap_of, default, sentence)                                    \
    {                                                                                  \
        .name = #member, .type = CONF_TEXT, .offset = offsetof(struct of, member),     \
        .cap = sizeof(((struct of *)0)->cap_of), .initial = (default),                 \
        .words = (sentence)                                                            \
    }
#define NUMBER(of, member, default, least, most_of, sentence)                          \
    {                                                                                  \
        .name = #member, .type = CONF_NUMBER, .offset = offsetof(struct of, member),   \
        .initial = (default), .min = (least), .max = (most_of), .words = (sentence)    \
    }

/* What each timer is about, for people who set it. */
#define WORDS_on_device     "until the preview is on a device of the target"
#define WORDS_seen          "until a person there has opened it"
#define WORDS_decision      "until the target has decided"
#define WORDS_info          "until a question is answered"
#define WORDS_first_contact "from the accept to the first contact"
#define WORDS_progress      "until the next sign of progress"
#define WORDS_hold          "for a hold"
#define WORDS_waitlist      "on a waiting list before the sender is asked"
#define WORDS_unplaced      "for a coordinator to find a place"
#define WORDS_confirm       "until the referrer confirms what came of it"
#define WORDS_outer_life    "in all, before a referral expires"
#define WORDS_crisis        "In a crisis: "
#define WORDS_urgent        "When urgent: "
#define WORDS_routine       "Else: "

#define X(TIMER, timer, URGENCY, urgency, n, unit, most_n, most_unit)                  \
    {                                                                                  \
            .name = #timer "_" #urgency,                                               \
            .type = CONF_LENGTH,                                                       \
            .offset = offsetof(struct timers_conf,                                     \
                    said.of[TIMER_##TIMER][URGENCY_##URGENCY]),                        \
            .initial = #n #unit,                                                       \
            .most = {most_n, TIME_IN_##most_unit},                                     \
            .words = WORDS_##urgency WORDS_##timer ".",                                \
},
static const struct conf_key TIMER_KEYS[] = {LIFECYCLE_LIMITS(X)};
#undef X

/* "*", or a NIS code. */
static bool is_timer_area(const char *title)
{
    const size_t n = sizeof((struct timers_conf *)0)->area - 1;
    return strcmp(title, TIMERS_ELSEWHERE) == 0 ||
           (strlen(title) == n && strspn(title, "0123456789") == n);
}

static const struct conf_section TIMERS_SECTION = {
        .keys = TIMER_KEYS,
        .n_keys = COUNT_OF(TIMER_KEYS),
        .item_bytes = sizeof(struct timers_conf),
        .items_max = TIMER_AREAS_MAX,
        .n_offset = offsetof(struct broker_conf, n_timers),
        .title_ok = is_timer_area,
        .title_bytes = sizeof((struct timers_conf *)0)->area,
        .title_words = "an area by its NIS code, or \"*\" for all others",
};

const struct conf_key BROKER_KEYS[] = {
        TEXT(broker_conf, listen, listen, "tcp://*:17171",
                "Where nodes connect: tcp://HOST:PORT, or tcp://*:PORT for every address of this computer."),
        NUMBER(broker_conf, gather_ms, "2", 0, 10,
                "How many milliseconds a busy broker gathers letters before it writes them in one go."),
        NUMBER(broker_conf, pending_letters, "200", 1, 10000,
                "How many letters of one sender may wait for one recipient."),
        NUMBER(broker_conf, pending_mib, "64", 1, 1024,
                "How many MiB of one sender may wait for one recipient."),
        NUMBER(broker_conf, mailbox_letters, "10000", 100, 100000,
                "How many items may wait in one mailbox."),
        NUMBER(broker_conf, mailbox_mib, "1024", 1, 16384,
                "How many MiB may wait in one mailbox."),
        NUMBER(broker_conf, refused_letters, "5000", 1, 1000000,
                "How many refused letters of one sender are remembered, 30 days each."),
        NUMBER(broker_conf, early_withdrawals, "100000", 1, 1000000,
                "How many consents that are not here one partner may withdraw."),
        NUMBER(broker_conf, brought_consents, "100000", 1, 1000000,
                "How many consents one partner may bring in a day without a letter."),
        TEXT(broker_conf, log_level, log_level, "info",
                "How much is written to the log: error, warn, info or debug."),
        {.name = "timers",
           .type = CONF_SECTION,
           .offset = offsetof(struct broker_conf, timers),
           .initial = "",
           .section = &TIMERS_SECTION,
           .words =
                        "How long things may take in an area, in s, min, h, d or wd (working days)."},
};
const size_t N_BROKER_KEYS = COUNT_OF(BROKER_KEYS);

const struct conf_key NODE_KEYS[] = {
        TEXT(node_conf, broker_address, broker_address, "",
                "Where the broker is: tcp://HOST:PORT; empty: the address that the steward signed."),
        TEXT(node_conf, language, language, "nl",
                "Language of the sentences for people: nl, fr or en."),
        TEXT(node_conf, data_protection, data_protection, "",
                "Whom to tell when a partner does not confirm that it erased: a name, a phone, an address."),
        NUMBER(node_conf, overviews, "1", 0, 1,
                "1: coordinators whom a consent names see the preview of what nobody took; 0: they never do."),
        /* The most is what the purpose or the law leaves room for, the least what it
           asks. */
        NUMBER(node_conf, keep_cases_days, "730", 30, 1825,
                "How many days a closed referral is kept after its last step."),
        NUMBER(node_conf, keep_records_days, "3650", 365, 3653,
                "How many days a closed referral is kept that the law, a social file or a claim asks to keep."),
        NUMBER(node_conf, keep_patient_days, "10958", 10958, 18263,
                "How many days a patient record is kept: the law asks for thirty years, and allows fifty."),
        NUMBER(node_conf, keep_signals_days, "180", 7, 365,
                "How many days a signal is kept after it was closed."),
        NUMBER(node_conf, open_signals_days, "365", 30, 365,
                "After how many days a signal that nobody closed is closed by itself."),
        NUMBER(node_conf, keep_consents_days, "1825", 365, 3650,
                "How many days the record of a new consent is kept after its end, when nothing else is agreed."),
        NUMBER(node_conf, keep_registers_days, "1825", 365, 3653,
                "How many days the registers of requests and of letters that were held back are kept."),
        NUMBER(node_conf, keep_proofs_days, "3653", 1825, 3653,
                "How many days is kept who opened a case, and what proves it."),
        TEXT(node_conf, log_level, log_level, "info",
                "How much is written to the log: error, warn, info or debug."),
};
const size_t N_NODE_KEYS = COUNT_OF(NODE_KEYS);

bool home_log_level(const char *text, enum log_level *level)
{
    static const char *const NAMES[] = {
            [LOG_LEVEL_ERROR] = "error",
            [LOG_LEVEL_WARN] = "warn",
            [LOG_LEVEL_INFO] = "info",
            [LOG_LEVEL_DEBUG] = "debug",
    };

    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        if (strcmp(text, NAMES[i]) != 0)
            continue;
        *level = (enum log_level)i;
        return true;
    }
    return false;
}
