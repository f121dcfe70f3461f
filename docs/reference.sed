# The documents as doxygen is to read them: programs are included where they are told of, links into the
# tree lead to the page of the header or the program, and what the reference has no page for is no link.
s,](\.\./include/\(refdomain/[a-z_/]*\.h\)),](@ref \1),g
s,](\.\./examples/\(embed_[a-z]*\)\.c),](@ref \1),g
s,\[\([^]]*\)\](\.\./[^)]*),\1,g
s,^<!-- @include \(embed_[a-z]*\)\.c -->$,@anchor \1 @include \1.c,
