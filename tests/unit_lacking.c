/* unit_lacking.c - the steward's desk and the making of homes, while one thing that
 * they need is not there: the k-th file cannot be written or read, there is no room for
 * the k-th piece of memory. Each says so; and when nothing is lacking, the same is
 * done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <sodium.h>

#include "core/hash.h"
#include "core/home.h"
#include "core/steward.h"
#include "core/time.h"
#include "core/vocab.h"
#include "tests/temp.h"

enum { MANY = 200 };
static const int64_t NOW = INT64_C(1781524800000);
#define PASSPHRASE "a passphrase for tests"

/* ---- what fails ---- */

static uint64_t left; /* 1: the next one fails; 0: none */

static bool fails_now(void)
{
    return left > 0 && --left == 0;
}

void *__real_arena_take(struct arena *arena, size_t len);
void *__wrap_arena_take(struct arena *arena, size_t len);
bool __real_keys_write_file(const char *path, struct span bytes, struct err *err);
bool __wrap_keys_write_file(const char *path, struct span bytes, struct err *err);
bool __real_keys_read_file(const char *path, uint8_t *out, size_t max, size_t *len,
        struct err *err);
bool __wrap_keys_read_file(const char *path, uint8_t *out, size_t max, size_t *len,
        struct err *err);
int __wrap_crypto_pwhash(unsigned char *out, unsigned long long outlen,
        const char *passphrase, unsigned long long len, const unsigned char *salt,
        unsigned long long ops, size_t memory, int algorithm);

void *__wrap_arena_take(struct arena *arena, size_t len)
{
    return fails_now() ? NULL : __real_arena_take(arena, len);
}

bool __wrap_keys_write_file(const char *path, struct span bytes, struct err *err)
{
    return fails_now() ? err_set(err, ERR_IO, "the disk is full")
                       : __real_keys_write_file(path, bytes, err);
}

bool __wrap_keys_read_file(const char *path, uint8_t *out, size_t max, size_t *len,
        struct err *err)
{
    return fails_now() ? err_set(err, ERR_IO, "the disk is broken")
                       : __real_keys_read_file(path, out, max, len, err);
}

/* What makes a guess expensive is tried in unit_key_format; here it would take
 * minutes. */
int __wrap_crypto_pwhash(unsigned char *out, unsigned long long outlen,
        const char *passphrase, unsigned long long len, const unsigned char *salt,
        unsigned long long ops, size_t memory, int algorithm)
{
    (void)ops;
    (void)memory;
    (void)algorithm;
    if (fails_now())
        return -1;
    crypto_generichash(out, (size_t)outlen, (const unsigned char *)passphrase, len,
            salt, crypto_pwhash_SALTBYTES);
    return 0;
}

/* ---- deeds, each in a folder of its own ---- */

static struct {
    struct temp temp;
    char desk[TEMP_PATH_BYTES], home[TEMP_PATH_BYTES], request[TEMP_PATH_BYTES];
    struct steward *steward;
    struct arena arena;
} the;

static bool found(struct err *err)
{
    steward_free(the.steward);
    the.steward = steward_found(the.desk, "net", PASSPHRASE, NOW, err);
    return the.steward != NULL;
}

static bool reopen(struct err *err)
{
    steward_free(the.steward);
    the.steward = steward_open(the.desk, PASSPHRASE, err);
    return the.steward != NULL;
}

static bool make(struct err *err)
{
    static const char *const areas[] = {"21004"};
    const struct home_wish wish = {.role = ROLE_NODE,
            .partner = "huis",
            .name = "Huis",
            .partner_type = PARTNER_TYPE_LDC,
            .areas = areas,
            .n_areas = 1,
            .now_ms = NOW};
    return home_init(the.home, &wish, err);
}

static bool admit(struct err *err)
{
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    struct join_request request;
    size_t len = 0;
    uint8_t *file = temp_read(the.request, &len);
    assert_non_null(file);
    bool ok = steward_read_request((struct span){file, len}, &the.arena, &request,
                      fingerprint, err) &&
              steward_admit(the.steward, &request, 0, NOW, err);
    free(file);
    return ok;
}

static bool support(struct err *err)
{
    return steward_admit_supported(the.steward, "antenne", "Antenne",
            PARTNER_TYPE_ANTENNA, "huis", NOW, err);
}

static bool join(struct err *err)
{
    struct home home;
    struct home_bundle bundle;
    bool kept;
    if (!home_open(the.home, ROLE_NODE, &home, err))
        return false;
    bool ok =
            home_bundle_read(steward_bundle_path(the.steward), &the.arena, &bundle,
                    err) &&
            home_join(&home, &bundle, &the.arena, err) &&
            home_joined_bundle(&home, &the.arena, &bundle, err) &&
            home_keep_bundle(&home, &bundle, bundle.network.v, &the.arena, &kept, err);
    home_close(&home);
    return ok;
}

static bool take_back(struct err *err)
{
    return steward_revoke(the.steward, "antenne", "left", NOW, err);
}

static bool publish(struct err *err)
{
    return steward_publish(the.steward, NOW + TIME_DAY_MS, err);
}

static bool (*const DEEDS[])(struct err *err) = {found, reopen, make, admit, support,
        join, take_back, publish};

static void begin(void)
{
    temp_init(&the.temp);
    temp_path(&the.temp, "desk", the.desk);
    temp_path(&the.temp, "home", the.home);
    temp_path(&the.temp, "home/node.request", the.request);
}

static void end(void)
{
    steward_free(the.steward);
    the.steward = NULL;
    temp_done(&the.temp);
    arena_reset(&the.arena, 0);
}

/* All deeds before this one as they should be; then it with the k-th thing lacking. */
static bool lacks(size_t deed, uint64_t k)
{
    struct err err = {.code = CODE_OK};
    begin();
    for (size_t i = 0; i < deed; i++) {
        if (!DEEDS[i](&err))
            fail_msg("deed %zu: %s", i, err.msg);
    }
    arena_reset(&the.arena, 0);
    left = k;
    bool done = DEEDS[deed](&err);
    bool happened = left == 0;
    left = 0;
    if (!done) {
        assert_true(happened);
        assert_int_not_equal(err.code, CODE_OK);
        assert_int_not_equal(err.msg[0], '\0');
    }
    end();
    return happened;
}

static void each_deed_says_what_it_lacks(void **state)
{
    (void)state;
    the.arena = arena_new(HOME_BUNDLE_ARENA + HOME_BUNDLE_MAX);
    for (size_t deed = 0; deed < COUNT_OF(DEEDS); deed++) {
        uint64_t k = 1;
        while (k < MANY && lacks(deed, k))
            k++;
        assert_in_range(k, 2, MANY);
    }
    arena_free(&the.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(each_deed_says_what_it_lacks),
    };
    struct err err = {0};
    /* In memory where there is such a place: hundreds of homes are made. */
    if (access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 0);
    if (!hash_start(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
