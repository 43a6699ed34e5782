/* gateway_tokens.c - access for other programs: made, listed, taken back. */
#include "core/keys.h"
#include "nodes/gateway.h"

enum { TOKENS_MAX = 100 };

static bool drop(struct node *node, struct gateway_call *call, const char *name,
        struct err *err)
{
    bool there;
    if (!spool_drop_token(node->db, name, &there, err))
        return false;
    return there ? gateway_made(node, call, &(struct made){.state = "revoked"}, err)
                 : gateway_refuse(call, E_NOT_FOUND);
}

/* Is there a place for it? A name that is there already keeps its own. */
static bool has_place(struct node *node, const char *name, bool *place, struct err *err)
{
    struct spool_token tokens[TOKENS_MAX];
    size_t n;
    if (!spool_tokens(node->db, tokens, TOKENS_MAX, &n, err))
        return false;
    *place = n < TOKENS_MAX;
    for (size_t i = 0; i < n; i++)
        *place = *place || strcmp(tokens[i].name, name) == 0;
    return true;
}

bool gateway_token(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct change_token *change = call->request->token_change;
    struct spool_token token = {.made_ms = node_now(node)};
    bool place;
    if (!ids_partner_ok(change->name) || strcmp(change->name, GATEWAY_CLI) == 0)
        return gateway_wrong(call, E_FIELD, "name", WORDS_NAME);
    if (change->revoke)
        return drop(node, call, change->name, err);
    for (size_t i = 0; i < change->n_scopes; i++)
        token.scopes |= UINT64_C(1) << change->scopes[i];
    token.scopes &= GATEWAY_ALL_SCOPES;
    if (token.scopes == 0)
        return gateway_wrong(call, E_FIELD, "scopes", WORDS_MISSING);
    if (!has_place(node, change->name, &place, err))
        return false;
    if (!place)
        return gateway_refuse(call, E_SIZE);
    char *text = arena_take(&node->scratch, KEYS_TOKEN_TEXT_BYTES);
    if (text == NULL)
        return err_set(err, E_SIZE, "no room for a token");
    snprintf(token.name, sizeof token.name, "%s", change->name);
    keys_token_new(text);
    struct key32 hash = keys_token_hash(text);
    return spool_put_token(node->db, &token, &hash, err) &&
           gateway_made(node, call, &(struct made){.state = "made", .text = text}, err);
}

/* One as it is shown; its scopes lie in the arena. */
static bool put_line(struct node *node, const struct spool_token *token,
        struct token_line *line)
{
    size_t n = 0;
    char *name = arena_take(&node->scratch, sizeof token->name);
    enum scope *scopes = arena_take(&node->scratch, SCOPE_ADMIN * sizeof *scopes);
    if (name == NULL || scopes == NULL)
        return false;
    memcpy(name, token->name, sizeof token->name);
    for (unsigned scope = 1; scope <= SCOPE_ADMIN; scope++)
        if ((token->scopes >> scope & 1) != 0)
            scopes[n++] = (enum scope)scope;
    *line = (struct token_line){.name = name,
            .scopes = scopes,
            .n_scopes = n,
            .since_ms = (uint64_t)token->made_ms};
    return true;
}

bool gateway_tokens(struct node *node, struct gateway_call *call, struct err *err)
{
    const char *only = call->request->tokens->name;
    struct spool_token tokens[TOKENS_MAX];
    struct token_list *list = arena_take(&node->scratch, sizeof *list);
    struct token_line *lines = arena_take(&node->scratch, sizeof *lines * TOKENS_MAX);
    size_t n;
    if (!spool_tokens(node->db, tokens, TOKENS_MAX, &n, err))
        return false;
    if (list == NULL || lines == NULL)
        return err_set(err, E_SIZE, "no room for this list");
    *list = (struct token_list){.tokens = lines};
    for (size_t i = 0; i < n; i++) {
        if (only[0] != '\0' && strcmp(only, tokens[i].name) != 0)
            continue;
        if (!put_line(node, &tokens[i], &lines[list->n_tokens++]))
            return err_set(err, E_SIZE, "no room for this list");
    }
    call->reply.tokens = list;
    return true;
}
