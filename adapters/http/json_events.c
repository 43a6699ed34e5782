/* json_events.c - what happened at the node as CloudEvents 1.0: ids and codes, nobody's
 * name. */
#include <jansson.h>
#include <stdio.h>

#include "adapters/http/json_answer.h"
#include "adapters/http/json_events.h"
#include "core/time.h"

enum { EVENT_TYPE_BYTES = 128 };

/* What a step has come to, where the word for it is another one. */
static const struct {
    const char *step, *done;
} DONE[] = {
        {"accept",            "accepted"        },
        {"cancel",            "cancelled"       },
        {"confirm",           "confirmed"       },
        {"consent_withdrawn", "consentWithdrawn"},
        {"decline",           "declined"        },
        {"expire",            "expired"         },
        {"fail",              "failed"          },
        {"forward",           "forwarded"       },
        {"hold",              "held"            },
        {"in_error",          "markedInError"   },
        {"info_reply",        "infoReplied"     },
        {"info_request",      "infoRequested"   },
        {"info_timeout",      "infoTimedOut"    },
        {"offer",             "offered"         },
        {"outcome",           "completed"       },
        {"progress",          "progressed"      },
        {"resume",            "resumed"         },
        {"skip",              "skipped"         },
        {"start",             "started"         },
        {"turn",              "asked"           },
        {"waitlist",          "waitlisted"      },
};

/* be.buurtbus.v1.referrals.notify.accepted; of a letter that came: ...contentReceived
 */
static void event_type(const struct event_line *event, const char *resource,
        char type[EVENT_TYPE_BYTES])
{
    char word[WIRE_NAME_BYTES];
    bool letter = event->letter[0] != '\0';
    json_name(letter ? event->letter : event->what, word);
    for (size_t i = 0; i < COUNT_OF(DONE) && !letter; i++)
        if (strcmp(DONE[i].step, event->what) == 0)
            snprintf(word, sizeof word, "%s", DONE[i].done);
    snprintf(type, EVENT_TYPE_BYTES, "be.buurtbus.v1.%s.notify.%s%s", resource, word,
            letter ? "Received" : "");
}

static const char *resource_of(enum case_kind kind)
{
    if (kind == CASE_KIND_ESCALATION)
        return "escalations";
    bool signal = kind == CASE_KIND_SIGNAL_IN || kind == CASE_KIND_SIGNAL_OUT;
    return signal ? "signals" : "referrals";
}

static json_t *put_event(const struct event_line *event, const char *partner)
{
    char id[24], type[EVENT_TYPE_BYTES], subject[EVENT_TYPE_BYTES];
    char time[TIME_TEXT_BYTES], source[EVENT_TYPE_BYTES];
    const char *resource = resource_of(event->kind);
    event_type(event, resource, type);
    snprintf(source, sizeof source, "urn:buurtbus:%s", partner);
    snprintf(id, sizeof id, "%llu", (unsigned long long)event->number);
    snprintf(subject, sizeof subject, "%s/%llu", resource,
            (unsigned long long)event->case_number);
    time_text((int64_t)event->at_ms, time);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:{s:I, s:s, s:s}}",
            "specversion", "1.0", "id", id, "source", source, "type", type, "subject",
            subject, "time", time, "datacontenttype", "application/json", "data",
            "number", (json_int_t)event->case_number, "kind",
            case_kind_name(event->kind), "other", event->other);
}

char *json_answer_event(const struct event_line *event, const char *partner)
{
    json_t *object = put_event(event, partner);
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    return text;
}

/* The same as a page; who asks again with `last` misses nothing. */
struct json_t *json_events_page(const struct event_list *list)
{
    json_t *items = json_array();
    for (size_t i = 0; i < list->n_events; i++)
        json_array_append_new(items, put_event(&list->events[i], list->partner));
    json_t *next = json_cursor(list->more, list->last);
    json_t *last = json_cursor(true, list->last);
    json_t *newest = json_cursor(true, list->newest);
    return json_pack("{s:o, s:o, s:i, s:o, s:o}", "items", items, "next", next,
            "pageSize", (int)list->n_events, "last", last, "newest", newest);
}
