# Tests: one program per tests/unit_*.c, each linked with everything but the mains.
UNIT := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/unit_*.c))

$(B)/tests/unit_%: $(B)/tests/unit_%.o $(B)/libbuurtbus.a
	$(CC) $(LDFLAGS) $^ $(LDLIBS) -lcmocka -o $@

unit: $(UNIT)
	@for t in $(UNIT); do echo "== $$t"; $$t || exit 1; done
.PHONY: unit
