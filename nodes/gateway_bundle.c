/* gateway_bundle.c - the steward's newer bundle, brought by hand. */
#include "nodes/gateway.h"
#include "nodes/registry.h"

/* What counts of it goes into the store with this turn. The file is for who loses the
 * store, and may be older or newer than it: all of it is the steward's word. */
static void keep_bundle(struct node *node, const struct home_bundle *bundle)
{
    struct err why = {.code = CODE_OK};
    bool kept;
    if (!home_keep_bundle(&node->home, bundle, directory_serial(node->directory),
                &node->scratch, &kept, &why))
        log_warn(node->log, node_now(node), "bundle_not_kept", "code=%s words=\"%s\"",
                code_name(why.code), why.msg);
}

bool gateway_load_bundle(struct node *node, struct gateway_call *call, struct err *err)
{
    struct home_bundle bundle;
    const struct network *network = directory_network(node->directory);
    uint64_t n_new;
    if (!home_bundle_get(call->request->load_bundle->bundle, &node->scratch, &bundle,
                err))
        return false;
    /* Which steward is trusted is decided once, by people who compare the fingerprint
     * when the node joins; here only its own later words are taken. */
    if (network == NULL)
        return gateway_wrong(call, E_AUTH, "bundle", WORDS_NOT_JOINED);
    if (!registry_take_bundle(node, &bundle, &n_new, err) || !node_meet(node, err))
        return false;
    keep_bundle(node, &bundle);
    node->session.publish_due = true;
    return gateway_made(node, call, &(struct made){.state = "loaded", .count = n_new},
            err);
}
