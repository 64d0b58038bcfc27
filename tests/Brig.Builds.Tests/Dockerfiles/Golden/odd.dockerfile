#!/usr/bin/env x
# Syntax = a/b:1
# other=1
# escape=`
FROM a
RUN x \\
RUN y \
   z \


# gone
  w
RUN "q \
  r"