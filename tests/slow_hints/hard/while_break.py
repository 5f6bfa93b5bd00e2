def f(n):
    i = t = 0
    while True:
        i += 1
        if i > n:
            break
        if i % 2:
            continue
        j = 0
        while j < 3:
            j += 1
            if j == 2:
                break
        t += j
    return t


ARGUMENTS = (300,)
