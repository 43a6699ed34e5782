# From proto/ to C: structs and maps of the messages, tables of the vocabularies and of the codes.
#
# Everything lands in $(B)/gen and is included as "gen/NAME.h". A file is written beside its place and moved there when
# it is whole, so that a build that was stopped leaves nothing half made.
GEN := $(B)/gen
PROTOS := $(wildcard proto/*.proto)
VOCABS := $(sort $(wildcard proto/vocab/*.tsv))
MESSAGES := $(PROTOS:proto/%.proto=$(GEN)/%)

GEN_HEADERS := $(GEN)/code_gen.h $(GEN)/vocab_gen.h $(GEN)/consent_words.h $(MESSAGES:%=%.h) $(MESSAGES:%=%.pb-c.h)
GEN_SOURCES := $(GEN)/code_gen.c $(GEN)/vocab_gen.c $(MESSAGES:%=%_wire.c) $(MESSAGES:%=%.pb-c.c)
GEN_OBJECTS := $(GEN_SOURCES:%.c=%.o)
include nodes/cli/cli.mk
include adapters/http/http.mk

# The C locale: byte order is what core/vocab.c searches by.
GEN_AWK = @mkdir -p $(@D) && LC_ALL=C awk -v part=$(PART) -v forbidden=proto/forbidden.txt $(patsubst %,-f %,$(filter %.awk,$^)) $(GEN_FROM) >$@.new && mv $@.new $@
GEN_FROM = $(filter %.tsv,$^)
%.h: PART = header
%.c: PART = source

$(GEN)/code_gen.h $(GEN)/code_gen.c: proto/table.awk proto/code.awk proto/vocab/code.tsv
	$(GEN_AWK)
$(GEN)/vocab_gen.h $(GEN)/vocab_gen.c: proto/table.awk proto/forbidden.awk proto/vocab.awk $(VOCABS) proto/forbidden.txt
	$(GEN_AWK)

$(GEN)/consent_words.h: proto/table.awk proto/consent_words.awk proto/consent_words.tsv
	$(GEN_AWK)

# A .proto may import its siblings, so all of them are looked at again when one changes.
$(GEN)/%.pb-c.c $(GEN)/%.pb-c.h: proto/%.proto $(PROTOS)
	@mkdir -p $(@D)
	$(call run,proto,$<,protoc-c -Iproto --c_out=$(GEN) $<)
$(MESSAGES:%=%.h): $(GEN)/%.h: proto/%.proto proto/table.awk proto/forbidden.awk proto/wire.awk $(PROTOS) proto/forbidden.txt
	$(GEN_AWK)
$(MESSAGES:%=%_wire.c): $(GEN)/%_wire.c: proto/%.proto proto/table.awk proto/forbidden.awk proto/wire.awk $(PROTOS) proto/forbidden.txt
	$(GEN_AWK)
$(MESSAGES:%=%.h) $(MESSAGES:%=%_wire.c): GEN_FROM = $<

# Messages that only the tests of core/wire use.
SAMPLE := $(GEN)/sample
$(SAMPLE).pb-c.c $(SAMPLE).pb-c.h &: tests/sample.proto
	@mkdir -p $(@D)
	$(call run,proto,$<,protoc-c -Itests --c_out=$(GEN) $<)
$(SAMPLE).h $(SAMPLE)_wire.c: tests/sample.proto proto/table.awk proto/forbidden.awk proto/wire.awk proto/forbidden.txt
	$(GEN_AWK)
$(SAMPLE).h $(SAMPLE)_wire.c: GEN_FROM = $<
$(SAMPLE)_wire.o $(SAMPLE).pb-c.o: | $(SAMPLE).h $(SAMPLE).pb-c.h
$(B)/tests/unit_wire.o $(B)/tests/fuzz_wire.o: | $(SAMPLE).h
$(B)/tests/unit_wire $(B)/tests/fuzz_wire $(B)/tests/corpus_wire: $(SAMPLE)_wire.o $(SAMPLE).pb-c.o

# What protoc-c writes does not keep our rules for casts, and is ours to compile, not to judge.
$(GEN)/%.pb-c.o: $(GEN)/%.pb-c.c | $(GEN_HEADERS)
	$(call run,cc,$<,$(CC) $(BASE) -Wall -Wextra $(MODE_$(P)) -MMD -MP -c $< -o $@)
$(GEN)/%.o: $(GEN)/%.c | $(GEN_HEADERS)
	$(call run,cc,$<,$(CC) $(CFLAGS) -isystem $(GEN) -MMD -MP -c $< -o $@)

.SECONDARY: $(GEN_SOURCES) $(GEN_HEADERS) $(SAMPLE)_wire.c $(SAMPLE).pb-c.c
