/* evil_node.c - a scripted node with a real one's keys. */
#include "tests/evil_node.h"

#include "core/hash.h"
#include "core/wire.h"
#include "tests/network.h"

struct hello_body evil_hello(const struct evil *evil)
{
    return (struct hello_body){.v = 1,
            .partner = evil->name,
            .incarnation = (uint64_t)sim_now(),
            .store_id = evil->store_id,
            .clock_ms = (uint64_t)sim_now(),
            .program = "evil"};
}

void evil_say_hello(struct evil *evil, struct span signed_hello)
{
    const struct hello hello = {signed_hello};

    evil_say(evil, &(struct frame){.v = 1, .hello = &hello});
}

void evil_node_up(struct evil *evil)
{
    const struct hello_body body = evil_hello(evil);

    evil_say_hello(evil, evil_sign(evil, KIND_HELLO, &WIRE_HELLO_BODY, &body));
}

void evil_node_heard(struct evil *evil, const struct frame *frame)
{
    if (frame->welcome != NULL) {
        evil->welcome = *frame->welcome;
        evil->welcomed = true;
    }
    if (frame->answer != NULL) {
        evil->answer = *frame->answer;
        evil->answered = true;
    }
    if (frame->audit_proof != NULL) {
        evil->proof = *frame->audit_proof;
        evil->n_proofs++;
        evil->n_busy += strcmp(evil->proof.code, "E_BUSY") == 0;
    }
    for (size_t i = 0; frame->deliver != NULL && i < frame->deliver->n_mail; i++)
        if (evil->n_mails < EVIL_MAILS_MAX)
            evil->mails[evil->n_mails++] = frame->deliver->mail[i];
}

void evil_connect(struct evil *evil)
{
    const struct member *broker = directory_broker(evil->directory, sim_now());
    struct err err = {.code = CODE_OK};

    network_must(broker != NULL, "a broker in the directory", NULL);
    evil->link = loop_connect_bus(evil->loop, broker->address, &broker->transport_key,
            evil->home.transport, &err);
    network_must(evil->link != NULL, "connect", &err);
    evil_come_back(evil);
}

void evil_come_back(struct evil *evil)
{
    evil_wait(&evil->welcomed);
    network_must(evil->welcomed, "the broker welcomes the keys of a member", NULL);
}

const char *evil_ask(struct evil *evil, const struct frame *frame)
{
    evil->answered = false;
    evil_say(evil, frame);
    evil_wait(&evil->answered);
    return evil->answered ? evil->answer.code : "no answer";
}

const struct answer *evil_put(struct evil *evil, const struct span *consents,
        size_t n_consents, const struct span *letters, size_t n_letters, enum mode mode)
{
    struct put put = {.consents = consents,
            .n_consents = n_consents,
            .letters = letters,
            .n_letters = n_letters,
            .mode = mode};

    hash_random(&put.submission_id, sizeof put.submission_id);
    (void)evil_ask(evil, &(struct frame){.v = 1, .put = &put});
    return evil->answered ? &evil->answer : NULL;
}

const char *evil_code(struct evil *evil)
{
    static struct receipt receipt;

    if (!evil->answered)
        return "no answer";
    if (evil->answer.n_receipts > 0 &&
            evil_read(&evil->arena, evil->answer.receipts[0], &WIRE_RECEIPT,
                    &receipt) &&
            receipt.state == RECEIPT_STATE_REFUSED)
        return receipt.code;
    return evil->answer.code;
}

const char *evil_publish(struct evil *evil, const struct span *things, size_t n_things)
{
    struct publish publish = {.things = things, .n_things = n_things};

    hash_random(&publish.submission_id, sizeof publish.submission_id);
    return evil_ask(evil, &(struct frame){.v = 1, .publish = &publish});
}

const char *evil_withdraw(struct evil *evil, struct span withdrawal)
{
    const struct withdraw withdraw = {withdrawal};

    return evil_ask(evil, &(struct frame){.v = 1, .withdraw = &withdraw});
}

void evil_take_mail(struct evil *evil)
{
    static const struct credit all = {.letters = 64, .bytes = 8 * 1024 * 1024};

    evil_say(evil, &(struct frame){.v = 1, .credit = &all});
    (void)sim_settle(EVIL_WAIT_MS);
}
