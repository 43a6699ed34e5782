/* unit_wire_walk.c - the fields of a message one by one: found by name, empty or not,
 * put into another struct; and the names of enums. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/wire_walk.h"
#include "gen/bus.h"
#include "gen/gateway.h"

static struct wire_field field_of(const struct wire_map *map, const char *name)
{
    struct wire_field field;
    if (!wire_field_find(map, name, &field))
        fail_msg("no field %s", name);
    return field;
}

static void fields_are_found_by_name(void **state)
{
    (void)state;
    struct wire_field field = {.index = 77};
    assert_false(wire_field_find(&WIRE_LETTER_CORE, "no_such_field", &field));
    assert_int_equal(field.index, 77);
    assert_int_equal(field_of(&WIRE_LETTER_CORE, "v").index, 0);
    assert_int_equal(wire_struct_size(&WIRE_LETTER_CORE), sizeof(struct letter_core));
    assert_int_equal(field_of(&WIRE_LETTER_CORE, "sender").kind, WALK_TEXT);
    assert_int_equal(field_of(&WIRE_LETTER_CORE, "data_categories").max, 24);
}

/* Each kind of value: nothing in a struct of zeros, and there once it is set. */
static void empty_and_not(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct letter_core core;
    } ROWS[] = {
            {"v",          {.v = 1}                         },
            {"msg_id",     {.msg_id = {{[15] = 1}}}         },
            {"class_",     {.class_ = LETTER_CLASS_RIGHTS}  },
            {"sender",     {.sender = "a"}                  },
            {"created_ms", {.created_ms = UINT64_C(1) << 56}},
            {"purpose",    {.purpose = 1}                   },
    };
    const struct letter_core none = {0};
    const struct letter_core blank = {.sender = ""};
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct wire_field field = field_of(&WIRE_LETTER_CORE, ROWS[i].name);
        assert_true(wire_is_empty(&field, &none));
        assert_true(wire_is_empty(&field, &blank));
        assert_false(wire_is_empty(&field, &ROWS[i].core));
        assert_int_equal(wire_value_count(&field, &none), 1);
    }
}

static void bytes_lists_and_messages(void **state)
{
    (void)state;
    const uint8_t byte[] = {7};
    const struct letter letter = {
            .sealed = {byte, 1}
    };
    const struct ping ping = {.answer = true};
    const struct frame frame = {.v = 1, .ping = &ping};
    const uint16_t rows[] = {3, 4};
    const struct letter_core core = {.data_categories = rows, .n_data_categories = 2};

    struct wire_field sealed = field_of(&WIRE_LETTER, "sealed");
    assert_false(wire_is_empty(&sealed, &letter));
    assert_true(wire_is_empty(&sealed, &(struct letter){
                                               .sealed = {byte, 0}
    }));

    struct wire_field message = field_of(&WIRE_FRAME, "ping");
    assert_false(wire_is_empty(&message, &frame));
    assert_true(wire_is_empty(&message, &(struct frame){.v = 1}));
    assert_ptr_equal(wire_value(&message, &frame, 0), &ping);

    struct wire_field list = field_of(&WIRE_LETTER_CORE, "data_categories");
    assert_false(wire_is_empty(&list, &core));
    assert_true(wire_is_empty(&list, &(struct letter_core){.data_categories = rows}));
    assert_int_equal(wire_value_count(&list, &core), 2);
    assert_int_equal(*(const uint16_t *)wire_value(&list, &core, 1), 4);
}

static void values_are_set(void **state)
{
    (void)state;
    const uint16_t rows[] = {3, 4};
    const uint64_t ms = 12;
    const struct ping ping = {.answer = true};
    struct letter_core core = {0};
    struct frame frame = {0};
    struct wire_field number = field_of(&WIRE_LETTER_CORE, "created_ms");
    wire_set(&number, &core, &ms, 0);
    assert_int_equal(core.created_ms, 0);
    wire_set(&number, &core, &ms, 1);
    assert_int_equal(core.created_ms, 12);
    struct wire_field list = field_of(&WIRE_LETTER_CORE, "data_categories");
    wire_set(&list, &core, rows, 2);
    assert_int_equal(core.n_data_categories, 2);
    assert_int_equal(core.data_categories[1], 4);
    struct wire_field message = field_of(&WIRE_FRAME, "ping");
    wire_set(&message, &frame, &ping, 1);
    assert_ptr_equal(frame.ping, &ping);
}

static void names_of_an_enum(void **state)
{
    (void)state;
    struct wire_field field = field_of(&WIRE_LETTER_CORE, "event");
    char name[WIRE_NAME_BYTES];
    uint32_t value = 77;
    size_t n = 0;
    for (; wire_enum_at(&field, n, name); n++) {
        assert_true(wire_enum_find(&field, name, &value));
        char again[WIRE_NAME_BYTES];
        wire_enum_name(&field, value, again);
        assert_string_equal(again, name);
    }
    assert_int_equal(n, OFFER_EVENT_SKIP + 1);
    assert_true(wire_enum_find(&field, "info_reply", &value));
    assert_int_equal(value, OFFER_EVENT_INFO_REPLY);
    assert_false(wire_enum_find(&field, "INFO_REPLY", &value));
    wire_enum_name(&field, 1000, name);
    assert_string_equal(name, "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(fields_are_found_by_name),
            cmocka_unit_test(empty_and_not),
            cmocka_unit_test(bytes_lists_and_messages),
            cmocka_unit_test(values_are_set),
            cmocka_unit_test(names_of_an_enum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
