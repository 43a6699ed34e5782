/* home_conf.c - the tables of settings of broker and node. */
#include "core/home_conf.h"

#define TEXT(type, name, cap_of, initial, words)                                       \
    {                                                                                  \
#name, CONF_TEXT, offsetof(struct type, name),                                 \
                sizeof(((struct type *)0)->cap_of), initial, 0, 0, words               \
    }
#define NUMBER(type, name, initial, min, max, words)                                   \
    {                                                                                  \
#name, CONF_NUMBER, offsetof(struct type, name), 0, initial, min, max, words   \
    }

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
};
const size_t N_BROKER_KEYS = COUNT_OF(BROKER_KEYS);

const struct conf_key NODE_KEYS[] = {
        TEXT(node_conf, broker_address, broker_address, "",
                "Where the broker is: tcp://HOST:PORT; empty: the address that the steward signed."),
        TEXT(node_conf, language, language, "nl",
                "Language of the sentences for people: nl, fr or en."),
        TEXT(node_conf, data_protection, data_protection, "",
                "Whom to tell when a partner does not confirm that it erased: a name, a phone, an address."),
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
