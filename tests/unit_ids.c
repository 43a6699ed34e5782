/* unit_ids.c - identifiers and their text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/ids.h"

static void a_uuid_of_the_standard_is_made_and_read(void **state)
{
    (void)state;
    /* RFC 9562, A.6. */
    static const uint8_t random[10] = {0x0C, 0xC3, 0x18, 0xC4, 0xDC, 0x0C, 0x0C, 0x07,
            0x39, 0x8F};
    struct id id = ids_v7(0x017F22E279B0, random);
    char text[ID_TEXT_BYTES];
    ids_text(&id, text);
    assert_string_equal(text, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    assert_int_equal(ids_v7_time(&id), 0x017F22E279B0);

    struct id read;
    assert_true(ids_parse(text, &read));
    assert_true(id_equal(&read, &id));
    assert_true(ids_parse("017F22E2-79B0-7CC3-98C4-DC0C0C07398F", &read));
    assert_true(id_equal(&read, &id));
}

static void version_and_variant_stand_whatever_is_random(void **state)
{
    (void)state;
    uint8_t random[10];
    for (int value = 0; value < 256; value++) {
        memset(random, value, sizeof random);
        struct id id = ids_v7(value, random);
        assert_int_equal(id.b[6] >> 4, 7);
        assert_int_equal(id.b[8] >> 6, 2);
        assert_int_equal(ids_v7_time(&id), value);
    }
}

static void later_ids_sort_behind_earlier_ones(void **state)
{
    (void)state;
    static const uint8_t low[10];
    uint8_t high[10];
    memset(high, 0xFF, sizeof high);
    static const int64_t times[] = {0, 1, 255, 256, 1767225600000, 0xFFFFFFFFFFFE};
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        struct id earlier = ids_v7(times[i], high);
        struct id later = ids_v7(times[i] + 1, low);
        assert_true(memcmp(&earlier, &later, sizeof earlier) < 0);
    }
}

static void what_is_no_id_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
            "",
            "017f22e2",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
            "017f22e279b0-7cc3-98c4-dc0c0c07398f-",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
            "017f22e2-79b0-7cc3-98c4+dc0c0c07398f",
            " 17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
            "0x7f22e2-79b0-7cc3-98c4-dc0c0c07398f",
            "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}",
    };
    struct id id = {{0xEE}};
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_false(ids_parse(wrong[i], &id));
    assert_false(ids_parse(NULL, &id));
    assert_int_equal(id.b[0], 0xEE);
}

static void partner_ids_follow_their_rule(void **state)
{
    (void)state;
    static const char *const right[] = {
            "ab", "a1", "0a", "home-care-north", "a-b-c-1-2",
            "abcdefghijklmnopqrstuvwxyz-abcdefghijklm", /* 40 */
    };
    static const char *const wrong[] = {
            "abcdefghijklmnopqrstuvwxyz-abcdefghijklmn", /* 41 */
            "abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz",
            "",
            "a",
            "-a",
            "a-",
            "--",
            "a--b",
            "A1",
            "a_b",
            "a b",
            "a.b",
            "a/b",
            "caf\xC3\xA9",
            "ab\n",
    };
    for (size_t i = 0; i < COUNT_OF(right); i++)
        assert_true(ids_partner_ok(right[i]));
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_false(ids_partner_ok(wrong[i]));
    assert_false(ids_partner_ok(NULL));
}

static void a_place_is_a_municipality_or_a_sector(void **state)
{
    static const struct {
        const char *text;
        bool area, place;
    } rows[] = {
            {"21004",      true,  true },
            {"21004A01-",  false, true },
            {"21004B2MJ",  false, true },
            {"",           false, false},
            {"2100",       false, false},
            {"210044",     false, false},
            {"21004A01",   false, false},
            {"21004A01--", false, false},
            {"21004a01-",  false, false},
            {"21004101-",  false, false},
            {"21004A-1-",  false, false},
            {"21004A01 ",  false, false},
            {"2100XA01-",  false, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(ids_area_ok(rows[i].text), rows[i].area);
        assert_int_equal(ids_place_ok(rows[i].text), rows[i].place);
    }
}

static void an_address_has_a_host_and_a_port(void **state)
{
    static const char *const right[] = {"tcp://bus.example.org:17171",
            "tcp://[::1]:65535", "tcp://127.0.0.1:1"};
    /* To listen at, and nobody can connect there. */
    static const char *const listen[] = {"tcp://*:0", "tcp://*:17171", "tcp://[::1]:0",
            "tcp://127.0.0.1:00"};
    static const char *const wrong[] = {"", "tcp://", "tcp://:1", "tcp://host",
            "tcp://host:", "tcp://host:65536", "tcp://host:100000", "tcp://host:-1",
            "tcp://host:1x", "udp://host:1", "host:1", "Tcp://host:1"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(right); i++)
        assert_true(ids_address_ok(right[i]) && ids_listen_ok(right[i]));
    for (size_t i = 0; i < COUNT_OF(listen); i++)
        assert_true(!ids_address_ok(listen[i]) && ids_listen_ok(listen[i]));
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_false(ids_address_ok(wrong[i]) || ids_listen_ok(wrong[i]));
}

static void a_fingerprint_is_base32_in_groups_of_four(void **state)
{
    (void)state;
    struct key32 hash;
    char text[FINGERPRINT_TEXT_BYTES];
    for (size_t i = 0; i < sizeof hash.b; i++)
        hash.b[i] = (uint8_t)i;
    ids_fingerprint(&hash, text);
    assert_string_equal(text,
            "aaaq-eaye-auda-ocaj-bifq-ydio-b4ib-ceqt-cqkr-mfyy-denb-wha5-dypq");
    memset(&hash, 0xFF, sizeof hash);
    ids_fingerprint(&hash, text);
    assert_string_equal(text,
            "7777-7777-7777-7777-7777-7777-7777-7777-7777-7777-7777-7777-777q");
}

static void fingerprints_are_compared_as_people_write_them(void **state)
{
    (void)state;
    static const char text[] =
            "aaaq-eaye-auda-ocaj-bifq-ydio-b4ib-ceqt-cqkr-mfyy-denb-wha5-dypq";
    static const char *const same[] = {
            text,
            "AAAQ EAYE AUDA OCAJ BIFQ YDIO B4IB CEQT CQKR MFYY DENB WHA5 DYPQ",
            "  aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypq ",
    };
    static const char *const other[] = {
            "aaaq-eaye-auda-ocaj-bifq-ydio-b4ib-ceqt-cqkr-mfyy-denb-wha5-dypa",
            "baaq-eaye-auda-ocaj-bifq-ydio-b4ib-ceqt-cqkr-mfyy-denb-wha5-dypq",
            "aaaq-eaye-auda-ocaj-bifq-ydio-b4ib-ceqt-cqkr-mfyy-denb-wha5-dyp",
            "aaaq-eaye-auda-ocaj-bifq-ydio-b4ib-ceqt-cqkr-mfyy-denb-wha5-dypqa",
            "aaaq",
            "",
    };
    for (size_t i = 0; i < COUNT_OF(same); i++)
        assert_true(ids_fingerprint_same(text, same[i]));
    for (size_t i = 0; i < COUNT_OF(other); i++) {
        assert_false(ids_fingerprint_same(text, other[i]));
        assert_false(ids_fingerprint_same(other[i], text));
    }
    /* Nothing, or no fingerprint, is never the same as itself. */
    assert_false(ids_fingerprint_same("", ""));
    assert_false(ids_fingerprint_same("- -", " "));
    assert_false(ids_fingerprint_same("abcd", "abcd"));
    assert_false(ids_fingerprint_same(NULL, NULL));
    static const char with_one[] =
            "1aaq-eaye-auda-ocaj-bifq-ydio-b4ib-ceqt-cqkr-mfyy-denb-wha5-dypq";
    assert_false(ids_fingerprint_same(with_one, with_one));
}

static void hexadecimal_goes_there_and_back(void **state)
{
    (void)state;
    uint8_t bytes[256];
    uint8_t back[256];
    char text[513];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    ids_hex(SPAN_OF(bytes), text);
    assert_int_equal(strlen(text), 512);
    assert_memory_equal(text, "000102030405060708090a0b", 24);
    assert_true(ids_unhex(text, back, sizeof back));
    assert_memory_equal(back, bytes, sizeof bytes);

    back[0] = 0xEE;
    assert_false(ids_unhex(text, back, 255));
    assert_false(ids_unhex(text + 1, back, 256));
    assert_false(ids_unhex("0g", back, 1));
    assert_false(ids_unhex("00 1", back, 2));
    assert_false(ids_unhex("", back, 1));
    assert_false(ids_unhex(NULL, back, 0));
    assert_int_equal(back[0], 0xEE);
    assert_true(ids_unhex("", back, 0));
    assert_true(ids_unhex("Ab", back, 1));
    assert_int_equal(back[0], 0xAB);
    ids_hex((struct span){NULL, 0}, text);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_uuid_of_the_standard_is_made_and_read),
            cmocka_unit_test(version_and_variant_stand_whatever_is_random),
            cmocka_unit_test(later_ids_sort_behind_earlier_ones),
            cmocka_unit_test(what_is_no_id_is_refused),
            cmocka_unit_test(partner_ids_follow_their_rule),
            cmocka_unit_test(a_place_is_a_municipality_or_a_sector),
            cmocka_unit_test(an_address_has_a_host_and_a_port),
            cmocka_unit_test(a_fingerprint_is_base32_in_groups_of_four),
            cmocka_unit_test(fingerprints_are_compared_as_people_write_them),
            cmocka_unit_test(hexadecimal_goes_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
