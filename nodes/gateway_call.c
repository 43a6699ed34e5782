/* gateway_call.c - what handlers say of a request: a field is wrong, it is refused, it
 * was made; who asks, and whom it is about. */
#include "nodes/gateway.h"

#include <stdio.h>

enum { SUBJECT_BYTES = 400 };

bool gateway_refuse(struct gateway_call *call, enum code code)
{
    if (call->code == CODE_OK)
        call->code = code;
    return true;
}

static bool add_issue(struct gateway_call *call, enum code code, const char *field,
        const char *words)
{
    if (call->n_issues < GATEWAY_ISSUES_MAX)
        call->issues[call->n_issues++] = (struct issue){field, words};
    return gateway_refuse(call, code);
}

bool gateway_wrong(struct gateway_call *call, enum code code, const char *field,
        enum words words)
{
    return add_issue(call, code, field, words_text(words, call->lang));
}

bool gateway_wrong_text(struct node *node, struct gateway_call *call, enum code code,
        const char *field, const char *words)
{
    size_t len = strlen(words);
    char *copy = arena_take(&node->scratch, len + 1);
    if (copy == NULL)
        return gateway_refuse(call, code);
    memcpy(copy, words, len);
    return add_issue(call, code, field, copy);
}

bool gateway_wrong_naming(struct node *node, struct gateway_call *call, enum code code,
        const char *field, enum words words, const char *subject)
{
    char text[SUBJECT_BYTES];
    snprintf(text, sizeof text, "%s %s.", words_text(words, call->lang), subject);
    return gateway_wrong_text(node, call, code, field, text);
}

bool gateway_made(struct node *node, struct gateway_call *call, const struct made *made,
        struct err *err)
{
    struct made *copy = arena_take(&node->scratch, sizeof *copy);
    if (copy == NULL)
        return err_set(err, ERR_NOMEM, "no room for a reply");
    *copy = *made;
    copy->state = made->state == NULL ? "" : made->state;
    copy->text = made->text == NULL ? "" : made->text;
    call->reply.made = copy;
    return true;
}

const char *gateway_actor(const struct node *node, const struct gateway_call *call)
{
    return call->request->actor[0] != '\0' ? call->request->actor : node->partner;
}

bool gateway_has_scope(const struct gateway_call *call, enum scope scope)
{
    return (call->scopes >> (unsigned)scope & 1) != 0;
}

const struct member *gateway_find_partner(const struct node *node, const char *partner,
        enum code *code, enum words *words)
{
    int64_t now = node_now(node);
    const struct member *member = directory_live_member(node->directory, partner, now);
    const struct member *server =
            member == NULL ? NULL : directory_node_of(node->directory, partner, now);
    if (server == NULL || server->role != ROLE_NODE) {
        *code = partner[0] == '\0' ? E_FIELD : E_NOT_FOUND;
        *words = partner[0] == '\0' ? WORDS_MISSING : WORDS_PARTNER;
        return NULL;
    }
    if (strcmp(server->partner, node->partner) == 0) {
        *code = E_FIELD;
        *words = WORDS_OURSELVES;
        return NULL;
    }
    return server;
}

const struct member *gateway_partner(struct node *node, struct gateway_call *call,
        const char *field, const char *partner)
{
    enum words words;
    enum code code;
    const struct member *server = gateway_find_partner(node, partner, &code, &words);
    if (server == NULL)
        gateway_wrong(call, code, field, words);
    return server;
}
