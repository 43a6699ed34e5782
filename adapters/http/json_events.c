/* json_events.c - what happened at the node as CloudEvents 1.0: ids and codes, nobody's
 * name. */
#include <jansson.h>
#include <stdio.h>

#include "adapters/http/json_answer.h"
#include "adapters/http/json_events.h"
#include "core/time.h"

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
    if (kind == CASE_KIND_NONE)
        return "node";
    if (kind == CASE_KIND_ESCALATION)
        return "escalations";
    bool signal = kind == CASE_KIND_SIGNAL_IN || kind == CASE_KIND_SIGNAL_OUT;
    return signal ? "signals" : "referrals";
}

struct event_names json_answer_event_names(const struct event_line *event)
{
    struct event_names names;
    const char *resource = resource_of(event->kind);
    event_type(event, resource, names.type);
    if (event->kind == CASE_KIND_NONE) /* of no case: what happened to the store */
        snprintf(names.subject, sizeof names.subject, "status");
    else
        snprintf(names.subject, sizeof names.subject, "%s/%llu", resource,
                (unsigned long long)event->case_number);
    return names;
}

/* Takes the data. */
static json_t *cloud_event(const char *id, const char *partner,
        const struct event_names *names, int64_t at_ms, json_t *data)
{
    char time[TIME_TEXT_BYTES], source[EVENT_TYPE_BYTES];
    snprintf(source, sizeof source, "urn:buurtbus:%s", partner);
    time_text(at_ms, time);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "specversion", "1.0",
            "id", id, "source", source, "type", names->type, "subject", names->subject,
            "time", time, "datacontenttype", "application/json", "data", data);
}

static json_t *put_event(const struct event_line *event, const char *partner)
{
    char id[24];
    struct event_names names = json_answer_event_names(event);
    snprintf(id, sizeof id, "%llu", (unsigned long long)event->number);
    return cloud_event(id, partner, &names, (int64_t)event->at_ms,
            json_pack("{s:I, s:s, s:s}", "number", (json_int_t)event->case_number,
                    "kind", case_kind_name(event->kind), "other", event->other));
}

/* Takes the object. */
static char *one_line(json_t *object)
{
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    return text;
}

char *json_answer_event(const struct event_line *event, const char *partner)
{
    return one_line(put_event(event, partner));
}

char *json_answer_own_event(const char *id, const char *partner,
        const struct event_names *names, uint64_t number, int64_t at_ms)
{
    return one_line(cloud_event(id, partner, names, at_ms,
            json_pack("{s:I}", "number", (json_int_t)number)));
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
