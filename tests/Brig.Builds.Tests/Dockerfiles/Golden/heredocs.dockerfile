FROM x
RUN <<EOF
echo one
  echo "two"
# not a comment
EOF
RUN <<-'END' cat && 3<<second cat
	tab
	END
body $x
second
COPY <<a.txt <<"b.txt" c /dest/
A $x
a.txt
B $x
b.txt
RUN echo $((1 << 2)) <<<word
ONBUILD RUN <<E
inner
E
RUN ["echo", "<<EOF"]
CMD last
