/* unit_steward.c - the steward's desk: who is in, with which keys, and that a change
 * that is refused changes nothing. */
#include "core/steward.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/bundle.h"
#include "core/hash.h"
#include "core/home.h"
#include "core/signed.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/temp.h"

#define PASSPHRASE "a passphrase for tests"

static const int64_t NOW = INT64_C(1790000000000);

/* A desk in a temporary folder, and what a member reads of its bundle. */
struct desk {
    struct temp temp;
    char home[TEMP_PATH_BYTES];
    struct steward *steward;
    struct arena arena;
};

static void check(bool ok, const struct err *err)
{
    if (!ok)
        fail_msg("%s: %s", code_name(err->code), err->msg);
}

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    struct err err = {0};
    assert_non_null(desk);
    temp_init(&desk->temp);
    temp_path(&desk->temp, "steward", desk->home);
    desk->arena = arena_new(HOME_BUNDLE_ARENA);
    desk->steward = steward_found(desk->home, "test-net", PASSPHRASE, NOW, &err);
    check(desk->steward != NULL, &err);
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    steward_free(desk->steward);
    arena_free(&desk->arena);
    temp_done(&desk->temp);
    free(desk);
    return 0;
}

static void leave_desk(struct desk *desk)
{
    steward_free(desk->steward);
    desk->steward = NULL;
}

/* The request file of a new home. */
static struct span make_request(struct desk *desk, enum role role, const char *partner)
{
    char home[TEMP_PATH_BYTES], path[TEMP_PATH_BYTES + 32];
    struct err err = {0};
    size_t len;
    const struct home_wish wish = {.role = role,
            .partner = partner,
            .name = "A house",
            .partner_type = role == ROLE_NODE ? PARTNER_TYPE_LDC : 0,
            .address = role == ROLE_BROKER ? "tcp://127.0.0.1:17171" : NULL,
            .now_ms = NOW};
    temp_path(&desk->temp, partner, home);
    check(home_init(home, &wish, &err), &err);
    snprintf(path, sizeof path, "%s/%s.request", home,
            role == ROLE_NODE ? "node" : "broker");
    uint8_t *bytes = temp_read(path, &len);
    assert_non_null(bytes);
    uint8_t *copy = arena_take(&desk->arena, len);
    assert_non_null(copy);
    memcpy(copy, bytes, len);
    free(bytes);
    return (struct span){copy, len};
}

static struct join_request read_request(struct desk *desk, enum role role,
        const char *partner)
{
    struct join_request request;
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    struct err err = {0};
    check(steward_read_request(make_request(desk, role, partner), &desk->arena,
                  &request, fingerprint, &err),
            &err);
    return request;
}

/* What a member sees who reads the bundle now. */
static struct directory *read_bundle(struct desk *desk, int64_t now_ms)
{
    struct home_bundle file;
    struct directory *directory;
    struct err err = {0};
    check(home_bundle_read(steward_bundle_path(desk->steward), &desk->arena, &file,
                  &err),
            &err);
    directory = directory_new(&err);
    check(directory != NULL && bundle_feed(&file.bundle, &file.network, directory,
                                       now_ms, &desk->arena, NULL, NULL, &err),
            &err);
    return directory;
}

static const struct member *assert_member(const struct directory *directory,
        const char *partner, uint64_t version)
{
    const struct member *member = directory_live_member(directory, partner, NOW);
    assert_non_null(member);
    assert_int_equal(member->version, version);
    return member;
}

/* --- what works --- */

static void a_new_network_has_nobody_in_it(void **state)
{
    struct desk *desk = *state;
    struct directory *directory = read_bundle(desk, NOW);
    assert_int_equal(directory_member_count(directory), 0);
    assert_int_equal(directory_serial(directory), 1);
    assert_true(directory_complete(directory));
    assert_string_equal(directory_network(directory)->name, "test-net");
    directory_free(directory);
}

static void who_is_admitted_is_in(void **state)
{
    struct desk *desk = *state;
    struct err err = {0};
    struct join_request broker = read_request(desk, ROLE_BROKER, "the-broker");
    struct join_request house = read_request(desk, ROLE_NODE, "a-house");
    check(steward_admit(desk->steward, &broker, 0, NOW, &err), &err);
    check(steward_admit(desk->steward, &house, 0, NOW, &err), &err);
    check(steward_admit_supported(desk->steward, "antenna", "An antenna",
                  PARTNER_TYPE_ANTENNA, "a-house", NOW, &err),
            &err);

    struct directory *directory = read_bundle(desk, NOW);
    const struct member *member = assert_member(directory, "a-house", 1);
    assert_memory_equal(&member->identity_key, &house.identity_key,
            sizeof(struct key32));
    assert_int_equal(member->until_ms,
            NOW + (int64_t)STEWARD_MEMBER_DAYS * TIME_DAY_MS);
    assert_non_null(directory_broker(directory, NOW));
    assert_string_equal(directory_node_of(directory, "antenna", NOW)->partner,
            "a-house");
    assert_int_equal(directory_serial(directory), 4);
    directory_free(directory);
}

static void new_keys_of_a_member_are_the_next_version(void **state)
{
    struct desk *desk = *state;
    struct err err = {0};
    struct join_request first = read_request(desk, ROLE_NODE, "a-house");
    check(steward_admit(desk->steward, &first, 0, NOW, &err), &err);
    struct join_request second = read_request(desk, ROLE_NODE, "b-house");
    second.partner = "a-house";
    check(steward_admit(desk->steward, &second, NOW + TIME_DAY_MS, NOW, &err), &err);

    struct directory *directory = read_bundle(desk, NOW);
    const struct member *member = assert_member(directory, "a-house", 2);
    assert_memory_equal(&member->identity_key, &second.identity_key,
            sizeof(struct key32));
    assert_int_equal(member->until_ms, NOW + TIME_DAY_MS);
    assert_int_equal(directory_member_count(directory), 1);
    directory_free(directory);
}

/* May this key still stand for a letter that was made before it was given up? */
static bool stands(struct desk *desk, const struct key32 *key)
{
    struct id id = keys_id(key);
    struct directory *directory = read_bundle(desk, NOW + 6);
    bool stands_ = directory_signing_key(directory, KIND_LETTER, "house-a", &id,
                           NOW + 6) != NULL &&
                   directory_key_held(directory, "house-a", &id, NOW);
    directory_free(directory);
    return stands_;
}

static void keys_that_were_given_up_are_named(void **state)
{
    struct desk *desk = *state;
    struct err err = {0};
    struct join_request request = read_request(desk, ROLE_NODE, "house-a");
    struct key32 keys[DIRECTORY_EARLIER_MAX + 2];

    keys[0] = request.identity_key;
    check(steward_admit(desk->steward, &request, 0, NOW, &err), &err);
    for (size_t i = 1; i < COUNT_OF(keys); i++) {
        hash_random(&keys[i], sizeof keys[i]);
        request.identity_key = keys[i];
        check(steward_admit(desk->steward, &request, 0, NOW + (int64_t)i, &err), &err);
        /* To be admitted once more with the same key gives up nothing. */
        check(steward_admit(desk->steward, &request, 0, NOW + (int64_t)i, &err), &err);
        assert_true(stands(desk, &keys[i]));
        assert_true(stands(desk, &keys[i - 1]));
    }
    /* The oldest made room. */
    assert_false(stands(desk, &keys[0]));
    assert_true(stands(desk, &keys[1]));
    check(steward_revoke(desk->steward, "house-a", "stolen", NOW + 6, &err), &err);
    hash_random(&request.identity_key, sizeof request.identity_key);
    check(steward_admit(desk->steward, &request, 0, NOW + 6, &err), &err);
    assert_true(stands(desk, &request.identity_key));
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        assert_false(stands(desk, &keys[i]));
}

static void who_is_revoked_is_out_until_admitted_again(void **state)
{
    struct desk *desk = *state;
    struct err err = {0};
    struct join_request house = read_request(desk, ROLE_NODE, "a-house");
    check(steward_admit(desk->steward, &house, 0, NOW, &err), &err);
    assert_false(
            steward_revoke(desk->steward, "a-house", "zie 85.07.30-033.28", NOW, &err));
    assert_int_equal(err.code, E_NISS);
    check(steward_revoke(desk->steward, "a-house", "left", NOW, &err), &err);
    struct directory *directory = read_bundle(desk, NOW);
    assert_null(directory_live_member(directory, "a-house", NOW));
    directory_free(directory);

    assert_false(steward_revoke(desk->steward, "a-house", "left", NOW, &err));
    assert_int_equal(err.code, E_NOT_FOUND);
    /* Above the revoked version, or the revocation would still hold it out. */
    check(steward_admit(desk->steward, &house, 0, NOW, &err), &err);
    directory = read_bundle(desk, NOW);
    (void)assert_member(directory, "a-house", 2);
    directory_free(directory);
}

static void a_desk_that_is_opened_again_goes_on(void **state)
{
    struct desk *desk = *state;
    struct err err = {0};
    char before[FINGERPRINT_TEXT_BYTES], after[FINGERPRINT_TEXT_BYTES];
    steward_fingerprint(desk->steward, before);
    leave_desk(desk);
    desk->steward = steward_open(desk->home, PASSPHRASE, &err);
    check(desk->steward != NULL, &err);
    steward_fingerprint(desk->steward, after);
    assert_string_equal(before, after);
    /* Also long after its last snapshot ended. */
    int64_t late = NOW + 400 * (int64_t)TIME_DAY_MS;
    check(steward_publish(desk->steward, late, &err), &err);
    struct directory *directory = read_bundle(desk, late);
    assert_int_equal(directory_serial(directory), 2);
    assert_int_equal(directory_issued_ms(directory), late);
    directory_free(directory);
}

/* --- what is refused --- */

/* The bundle before and after something that was refused. */
static void assert_unchanged(struct desk *desk, const uint8_t *before, size_t len)
{
    size_t len_after;
    uint8_t *after = temp_read(steward_bundle_path(desk->steward), &len_after);
    assert_non_null(after);
    assert_int_equal(len_after, len);
    assert_memory_equal(after, before, len);
    free(after);
}

/* One wrong wish a row: what is changed in a good request, and the code. */
static void a_wrong_request_changes_nothing(void **state)
{
    struct desk *desk = *state;
    struct err err = {0};
    size_t len;
    struct join_request broker = read_request(desk, ROLE_BROKER, "the-broker");
    struct join_request other = read_request(desk, ROLE_BROKER, "other-broker");
    struct join_request house = read_request(desk, ROLE_NODE, "a-house");
    struct join_request stolen[] = {
            read_request(desk, ROLE_NODE, "b-house"),
            read_request(desk, ROLE_NODE, "c-house"),
            read_request(desk, ROLE_NODE, "d-house"),
    };
    check(steward_admit(desk->steward, &broker, 0, NOW, &err), &err);
    check(steward_admit(desk->steward, &house, 0, NOW, &err), &err);
    uint8_t *before = temp_read(steward_bundle_path(desk->steward), &len);
    stolen[0].identity_key = house.identity_key;
    stolen[1].transport_key = house.transport_key;
    stolen[2].transport_key = house.identity_key;
    struct join_request nameless = stolen[0], numbered = stolen[0], steward = house,
                        role = house, address = house;
    nameless.name = "";
    numbered.name = "Huis van 85.07.30-033.28";
    steward.partner = "steward";
    role.role = ROLE_SUPPORTED;
    address.address = "tcp://127.0.0.1:1";
    const struct {
        const struct join_request *request;
        int64_t until_ms;
        enum code code;
    } rows[] = {
            {&stolen[0], 0,       E_DUPLICATE},
            {&stolen[1], 0,       E_DUPLICATE},
            {&stolen[2], 0,       E_DUPLICATE},
            {&other,     0,       E_DUPLICATE},
            {&nameless,  0,       E_FIELD    },
            {&numbered,  0,       E_NISS     },
            {&steward,   0,       E_FIELD    },
            {&role,      0,       E_FIELD    },
            {&address,   0,       E_FIELD    },
            {&house,     NOW,     E_TTL      },
            {&house,     NOW - 1, E_TTL      },
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        err = (struct err){0};
        assert_false(steward_admit(desk->steward, rows[i].request, rows[i].until_ms,
                NOW, &err));
        if (err.code != rows[i].code)
            fail_msg("row %zu: %s", i, code_name(err.code));
        assert_unchanged(desk, before, len);
    }
    free(before);
}

/* Its name would stand in the bundle: it is told so before there is a key. */
static void a_home_has_no_number_for_a_name(void **state)
{
    struct desk *desk = *state;
    struct err err = {0};
    char home[TEMP_PATH_BYTES];
    const struct home_wish wish = {.role = ROLE_NODE,
            .partner = "a-house",
            .name = "Huis van 85.07.30-033.28",
            .partner_type = PARTNER_TYPE_LDC,
            .now_ms = NOW};
    temp_path(&desk->temp, "a-house", home);
    assert_false(home_init(home, &wish, &err));
    assert_int_equal(err.code, E_NISS);
    assert_int_not_equal(access(home, F_OK), 0);
}

static void an_antenna_needs_a_member_with_a_node(void **state)
{
    struct desk *desk = *state;
    struct err err = {0};
    struct join_request house = read_request(desk, ROLE_NODE, "a-house");
    check(steward_admit(desk->steward, &house, 0, NOW, &err), &err);
    check(steward_admit_supported(desk->steward, "antenna", "An antenna",
                  PARTNER_TYPE_ANTENNA, "a-house", NOW, &err),
            &err);
    const struct {
        const char *partner, *by;
        enum code code;
    } rows[] = {
            {"other",   "nobody",  E_NOT_FOUND},
            {"other",   "antenna", E_NOT_FOUND},
            {"other",   "other",   E_NOT_FOUND},
            {"a-house", "a-house", E_DUPLICATE},
            {"Other",   "a-house", E_FIELD    },
            {"steward", "a-house", E_FIELD    },
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        err = (struct err){0};
        assert_false(steward_admit_supported(desk->steward, rows[i].partner, "A name",
                PARTNER_TYPE_ANTENNA, rows[i].by, NOW, &err));
        if (err.code != rows[i].code)
            fail_msg("row %zu: %s", i, code_name(err.code));
    }
    assert_false(steward_admit_supported(desk->steward, "other", "85073003328",
            PARTNER_TYPE_ANTENNA, "a-house", NOW, &err));
    assert_int_equal(err.code, E_NISS);
}

static void every_changed_bit_of_a_request_is_refused(void **state)
{
    struct desk *desk = *state;
    struct span good = make_request(desk, ROLE_NODE, "a-house");
    uint8_t *bytes = malloc(good.len);
    assert_non_null(bytes);
    memcpy(bytes, good.at, good.len);
    for (size_t i = 0; i < good.len * 8; i++) {
        struct join_request request;
        char fingerprint[FINGERPRINT_TEXT_BYTES];
        struct err err = {0};
        size_t used = desk->arena.used;
        bytes[i / 8] ^= (uint8_t)(1u << (i % 8));
        if (steward_read_request((struct span){bytes, good.len}, &desk->arena, &request,
                    fingerprint, &err))
            fail_msg("bit %zu", i);
        assert_int_equal(desk->arena.used, used);
        bytes[i / 8] ^= (uint8_t)(1u << (i % 8));
    }
    free(bytes);
}

static void a_home_is_founded_once_and_opened_with_its_passphrase(void **state)
{
    struct desk *desk = *state;
    struct err err = {0};
    char other[TEMP_PATH_BYTES];
    temp_path(&desk->temp, "other", other);
    assert_null(steward_found(desk->home, "test-net", PASSPHRASE, NOW, &err));
    assert_int_equal(err.code, E_DUPLICATE);
    assert_null(steward_found(other, "No Net", PASSPHRASE, NOW, &err));
    assert_int_equal(err.code, E_FIELD);
    assert_null(steward_found(other, "net", "short", NOW, &err));
    assert_int_equal(err.code, E_FIELD);
    leave_desk(desk);
    assert_null(steward_open(desk->home, "another passphrase", &err));
    assert_int_equal(err.code, ERR_PASSPHRASE);
    assert_null(steward_open(other, PASSPHRASE, &err));
    assert_int_equal(err.code, ERR_CONFIG);
}

/* Of two commands at once, the one that waits for a phone call would write what it had
 * read before the other one revoked somebody: that one says so, and is done later. */
static void one_command_at_a_time_works_at_a_desk(void **state)
{
    struct desk *desk = *state;
    struct err err = {0};
    struct join_request broker = read_request(desk, ROLE_BROKER, "the-broker");
    struct join_request house = read_request(desk, ROLE_NODE, "a-house");
    check(steward_admit(desk->steward, &broker, 0, NOW, &err), &err);
    assert_null(steward_open(desk->home, PASSPHRASE, &err));
    assert_int_equal(err.code, ERR_LOCKED);
    check(steward_admit(desk->steward, &house, 0, NOW, &err), &err);
    leave_desk(desk);
    desk->steward = steward_open(desk->home, PASSPHRASE, &err);
    check(desk->steward != NULL, &err);
    struct directory *directory = read_bundle(desk, NOW);
    (void)assert_member(directory, "a-house", 1);
    directory_free(directory);
}

/* The keys are the steward's alone; a bundle of another network is not taken for ours.
 */
static void keys_are_private_and_belong_to_their_bundle(void **state)
{
    struct desk *desk = *state;
    struct err err = {0};
    struct stat info;
    char path[TEMP_PATH_BYTES + 32], other[TEMP_PATH_BYTES];
    static const char *const KEYS[] = {"steward.key", "reserve.key"};
    for (size_t i = 0; i < COUNT_OF(KEYS); i++) {
        snprintf(path, sizeof path, "%s/%s", desk->home, KEYS[i]);
        assert_int_equal(stat(path, &info), 0);
        assert_int_equal(info.st_mode & 0777, 0600);
    }
    temp_path(&desk->temp, "other", other);
    struct steward *stranger = steward_found(other, "test-net", PASSPHRASE, NOW, &err);
    check(stranger != NULL, &err);
    snprintf(path, sizeof path, "%s", steward_bundle_path(desk->steward));
    assert_int_equal(rename(steward_bundle_path(stranger), path), 0);
    steward_free(stranger);
    leave_desk(desk);
    assert_null(steward_open(desk->home, PASSPHRASE, &err));
    assert_int_equal(err.code, E_AUTH);
}

#define DESK_TEST(f) cmocka_unit_test_setup_teardown(f, open_desk, close_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
            DESK_TEST(a_new_network_has_nobody_in_it),
            DESK_TEST(who_is_admitted_is_in),
            DESK_TEST(new_keys_of_a_member_are_the_next_version),
            DESK_TEST(keys_that_were_given_up_are_named),
            DESK_TEST(who_is_revoked_is_out_until_admitted_again),
            DESK_TEST(a_desk_that_is_opened_again_goes_on),
            DESK_TEST(a_wrong_request_changes_nothing),
            DESK_TEST(a_home_has_no_number_for_a_name),
            DESK_TEST(an_antenna_needs_a_member_with_a_node),
            DESK_TEST(every_changed_bit_of_a_request_is_refused),
            DESK_TEST(a_home_is_founded_once_and_opened_with_its_passphrase),
            DESK_TEST(one_command_at_a_time_works_at_a_desk),
            DESK_TEST(keys_are_private_and_belong_to_their_bundle),
    };
    struct err err = {0};
    if (!hash_start(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
