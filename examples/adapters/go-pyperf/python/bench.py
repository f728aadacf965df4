"""python3 bench.py SIZE [pyperf's options]"""

import pyperf

import words

# pyperf starts this script again for every process: they need the size too.
runner = pyperf.Runner(add_cmdline_args=lambda command, args: command.append(args.size))
runner.argparser.add_argument("size", choices=words.SIZES)
size = runner.parse_args().size
runner.bench_func("count " + size, words.commonest, words.text(words.SIZES[size]))
