/* health.h - how the API and the node behind it do: a pure judgement, with a code for
 * each reason. */
#ifndef ADAPTERS_HTTP_HEALTH_H
#define ADAPTERS_HTTP_HEALTH_H

#include "adapters/http/hooks.h"

enum {
    HEALTH_QUEUE_OLD_MS = 15 * 60 * 1000, /* a letter waits this long for the broker */
};

/* X(STATUS, word) */
#define HEALTH_STATUSES(X) X(UP, "UP") X(DEGRADED, "DEGRADED") X(DOWN, "DOWN")

/* X(REASON, status, code, nl, fr, en) */
#define HEALTH_REASONS(X)                                                                          \
    X(NODE_AWAY, DOWN, "nodeAway", "De node antwoordt niet.",                                      \
            "Le nœud ne répond pas.", "The node does not answer.")                                 \
    X(NOT_JOINED, DEGRADED, "notJoined", "De node is nog geen lid van een netwerk.",               \
            "Le nœud n'est pas encore membre d'un réseau.",                                        \
            "The node is not a member of a network yet.")                                          \
    X(BROKER_AWAY, DEGRADED, "brokerAway",                                                         \
            "Er is geen verbinding met de broker: wat gestuurd wordt, wacht in de node.",          \
            "Il n'y a pas de connexion avec le courtier : ce qui est envoyé attend dans le nœud.", \
            "There is no connection with the broker: what is sent waits in the node.")             \
    X(QUEUE_OLD, DEGRADED, "queueOld",                                                             \
            "Er wacht al meer dan een kwartier iets op de broker.",                                \
            "Quelque chose attend le courtier depuis plus d'un quart d'heure.",                    \
            "Something has waited for the broker for more than a quarter of an hour.")             \
    X(DISK_LOW, DEGRADED, "diskLow", "De schijf is bijna vol: maak plaats.",                       \
            "Le disque est presque plein : libérez de la place.",                                  \
            "The disk is nearly full: make room.")                                                 \
    X(WEBHOOK_DISABLED, DEGRADED, "webhookDisabled",                                               \
            "Een webhook is uitgeschakeld omdat hij niet werkte.",                                 \
            "Un webhook a été désactivé parce qu'il ne fonctionnait pas.",                         \
            "A webhook was switched off because it did not work.")                                 \
    X(WEBHOOK_FAILING, DEGRADED, "webhookFailing",                                                 \
            "De ontvanger van een webhook antwoordt niet zoals het hoort.",                        \
            "Le destinataire d'un webhook ne répond pas comme il faut.",                           \
            "The receiver of a webhook does not answer as it should.")

enum health_status {
#define X(name, word) HEALTH_##name,
    HEALTH_STATUSES(X)
#undef X
};
enum health_reason {
#define X(name, status, code, nl, fr, en) HEALTH_REASON_##name,
    HEALTH_REASONS(X)
#undef X
            N_HEALTH_REASONS
};

struct health_report {
    enum health_status status;
    enum health_reason reasons[N_HEALTH_REASONS];
    size_t n_reasons;
};

/* node NULL: it does not answer. */
struct health_report health_judge(const struct health *node,
        const struct hooks_count *hooks, int64_t now_ms);

const char *health_status_word(enum health_status status);
const char *health_reason_code(enum health_reason reason);
const char *health_reason_words(enum health_reason reason, enum lang lang);

#endif
