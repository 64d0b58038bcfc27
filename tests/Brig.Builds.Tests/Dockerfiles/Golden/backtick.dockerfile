# escape=`
FROM x
RUN dir c:\ `
  /s ``
COPY a\b c:\
ENV p=a` b q=c\
RUN end `