# From text.tsv and receipt.tsv to the sentences of the command line in three languages.
GEN_HEADERS += $(GEN)/text_gen.h
GEN_SOURCES += $(GEN)/text_gen.c
GEN_OBJECTS += $(GEN)/text_gen.o
$(GEN)/text_gen.h $(GEN)/text_gen.c: proto/table.awk nodes/cli/text.awk nodes/cli/text.tsv nodes/cli/receipt.tsv
	$(GEN_AWK)
